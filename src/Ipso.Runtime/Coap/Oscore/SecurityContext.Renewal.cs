using System.Security.Cryptography;

namespace Ipso.Coap.Oscore;

// Keys that are derived anew (RFC 8613, Appendix B.2): the context stays, with who the other one is.
public sealed partial class SecurityContext
{
    private readonly KeyRenewal? _renewal;

    /// <summary>Whether the keys are derived anew where either side has lost what it knew of them.</summary>
    public bool RenewsKeys => _renewal is not null;

    /// <summary>What new keys are derived from; null where there will be none.</summary>
    internal KeyRenewal? Renewal => _renewal;

    /// <summary>How often the keys have been derived anew: a message is bound to one of its time.</summary>
    internal uint Epoch { get; private set; }

    /// <summary>What requests bear as kid context.</summary>
    internal ReadOnlySpan<byte> KidContext => _kidContext;

    /// <summary>Takes the keys of another context, which is of no use then. What was under way under the old ones is at its end.</summary>
    internal void Adopt(SecurityContext other)
    {
        ForgetKeys();
        _idContext = other._idContext;
        _kidContext = Wrap(_idContext);
        _commonIv = other._commonIv;
        _sender = other._sender;
        _recipient = other._recipient;
        _sequence = other._sequence;
        _window = other._window;
        HasLostReplayWindow = false;
        other.IsDisposed = true;
        Epoch++;
    }

    // R1 of a client: keys that nothing has gone out under before.
    private void BeginRenewal()
    {
        Span<byte> first = stackalloc byte[KeyRenewal.ClientLength];
        _renewal!.Fill(first);
        Adopt(_renewal.Derive(first));
    }

    private static byte[] Wrap(ReadOnlySpan<byte> idContext)
    {
        Span<byte> wrapped = stackalloc byte[KeyRenewal.WrappedRoom];
        return wrapped[..KeyRenewal.Wrap(idContext, wrapped)].ToArray();
    }

    private void ForgetKeys()
    {
        CryptographicOperations.ZeroMemory(_commonIv);
        _sender.Dispose();
        _recipient.Dispose();
    }
}
