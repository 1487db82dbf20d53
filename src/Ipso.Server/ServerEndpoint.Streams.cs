using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;

namespace Ipso.Server;

// Devices over TCP, TLS and WebSockets (RFC 8323): a second engine, which another host drives under the same lock. What is due at a time is done
// by the calls for datagrams, which go on all the while.
public sealed partial class ServerEndpoint
{
    private EngineSide? _streamSide;

    /// <summary>Makes the engine for connections, once, with <see cref="ServerEndpointOptions.MaxConnections"/>.</summary>
    /// <returns>The engine. After each of its cycles <see cref="TakeStreams"/> is to be called, and after that what drives the server for
    /// datagrams.</returns>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    public CoapStreamEndpoint OpenStreams()
    {
        if (_streamSide is not null)
        {
            throw new InvalidOperationException("The server has an engine for connections already.");
        }

        _streamSide = new(this) { Exchanges = _options.Coap.Exchanges };
        CoapStreamEndpoint streams = new(_options.Coap, _random, _streamSide, _options.MaxConnections)
        {
            Arriving = (_, now) => _now = now,
            Closed = OnConnectionClosed,
        };
        _streamSide.Engine = streams;
        return streams;
    }

    /// <summary>Who the peers are that have connections, as TLS has proved; <see langword="null"/> where that proves nothing.</summary>
    /// <exception cref="InvalidOperationException">There is no engine for connections.</exception>
    public IPeerDirectory? StreamIdentities
    {
        get => StreamSide.Identities;
        set => StreamSide.Identities = value;
    }

    internal EngineSide StreamSide => _streamSide ?? throw new InvalidOperationException("The server has no engine for connections.");

    /// <summary>Takes what has come over connections, and sends what can be sent; after each cycle of their engine.</summary>
    /// <param name="now">The moment.</param>
    public void TakeStreams(Instant now)
    {
        _now = now;
        StreamSide.TakeEvents(now);
        TakeStored();
        Drive(now);
    }

    // RFC 8323, 5.6 and 4: with a connection all ends that was asked for over it, observations too.
    private void OnConnectionClosed(PeerId peer)
    {
        StreamSide.TakeEvents(_now);
        for (RegisteredDevice? device = _directory.FirstAt(peer); device is not null; device = device.NextAtPeer)
        {
            foreach (DeviceObservation observation in device.Observations)
            {
                Detach(observation);
                Lapse(observation);
            }

            DropDeregistrations(device);
        }

        OnPeerGone(peer);
    }

    // What they were to end is over.
    private void DropDeregistrations(RegisteredDevice device)
    {
        for (DeviceOperation? next = device.Waiting.First; next is not null;)
        {
            DeviceOperation operation = next;
            next = operation.Next;
            if (operation is DeregisterOperation)
            {
                Leave(operation);
                Complete(operation, new(DeviceOutcome.Cancelled, "the connection is closed"));
            }
        }
    }
}
