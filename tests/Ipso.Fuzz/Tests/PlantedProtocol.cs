using Ipso.Coap.Engine;

namespace Ipso.Fuzz.Tests;

/// <summary>What is wrong with a <see cref="PlantedProtocol"/>.</summary>
internal enum PlantedFault
{
    /// <summary>What is sent because its time has come is cut off.</summary>
    Garbles,

    /// <summary>A response that was given out is given out again, for ever.</summary>
    Repeats,

    /// <summary>A deadline that has come stays.</summary>
    Stays,

    /// <summary>Every second endpoint that is made is deaf to what is longer than ten bytes.</summary>
    Differs,
}

/// <summary>An endpoint with a fault that only a script of several steps meets.</summary>
internal sealed class PlantedProtocol(IDatagramProtocol inner, PlantedFault fault, int number) : IDatagramProtocol
{
    private Instant? _last;
    private Transmit _response;

    public Instant? NextDeadline => fault == PlantedFault.Stays && _last is not null ? _last : inner.NextDeadline;

    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        if (fault != PlantedFault.Differs || number % 2 == 0 || datagram.Length <= 10)
        {
            inner.Receive(datagram, from, now);
        }
    }

    public void OnDeadline(Instant now)
    {
        _last = inner.NextDeadline <= now ? inner.NextDeadline : null;
        inner.OnDeadline(now);
    }

    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        if (fault == PlantedFault.Repeats && _response.Length > 0)
        {
            transmit = _response;
            return true;
        }

        if (!inner.TryTransmit(buffer, now, out transmit))
        {
            return false;
        }

        if (transmit.Length > 8 && buffer[1] >> 5 == 2)
        {
            _response = transmit;
        }

        if (fault == PlantedFault.Garbles && _last is not null)
        {
            transmit = transmit with { Length = Math.Min(transmit.Length, 3) };
        }

        return true;
    }
}
