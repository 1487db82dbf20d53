using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Fuzz.Scripts;

/// <summary>The engine over datagrams under a script, as it is or behind another protocol.</summary>
/// <param name="wrap">Puts another protocol in front of the endpoint, such as one with a fault.</param>
internal class DatagramScript(Func<IDatagramProtocol, IDatagramProtocol>? wrap = null) : EngineScript(CoapFraming.Datagram)
{
    private IDatagramProtocol? _protocol;
    private CoapEndpoint? _endpoint;

    /// <summary>What datagrams go to.</summary>
    protected IDatagramProtocol Protocol => _protocol!;

    protected override long MaxMemory => Options.MaxMemory;

    protected override Instant? NextDeadline => _protocol!.NextDeadline;

    protected override PeerId Target(int which) => AddressOf(which);

    protected override CoapEngine Create(CoapEndpointOptions options, ScriptRandom random, ScriptedApplication application)
    {
        _endpoint = new CoapEndpoint(options, random, application);
        _endpoint.TakeAllMemory();
        _protocol = Wrap(_endpoint);
        return _endpoint;
    }

    /// <summary>Puts what there is in front of the endpoint.</summary>
    protected virtual IDatagramProtocol Wrap(CoapEndpoint endpoint) => wrap is null ? endpoint : wrap(endpoint);

    protected override void OnDeadline() => _protocol!.OnDeadline(Now);

    protected override bool TryTransmit(Span<byte> buffer, out Transmit transmit) => _protocol!.TryTransmit(buffer, Now, out transmit);

    protected override void Judge(in PeerId to, ReadOnlySpan<byte> message)
    {
        if (IndexOf(to) < 0)
        {
            Fail("a message goes to a peer that there is not");
        }

        if (Sent.Add(to, message, Options.MaxMessageSize) is { } violation)
        {
            Fail(violation);
        }
    }

    protected override void Deliver(int from, ReadOnlySpan<byte> message) => _protocol!.Receive(message, AddressOf(from), Now);

    protected override void StepOfNetwork(int kind, ref ScriptReader script)
    {
        switch (kind)
        {
            case ScriptSteps.GroupRequest:
                int asker = script.Next();
                _protocol!.ReceiveMulticast(MakeRequest(asker, ref script), AddressOf(asker), Now);
                break;
            case ScriptSteps.TransportFailure:
                _protocol!.PeerFailed(Target(script.Next()), (PeerFailure)script.Next((int)PeerFailure.SessionClosed + 1), Now);
                break;
            case ScriptSteps.Empty:
                int from = script.Next();
                Arrive(from, Maker.Empty((CoapType)(from >> 2 & 3), (ushort)script.Next()));
                break;
            default:
                base.StepOfNetwork(kind, ref script);
                break;
        }
    }
}
