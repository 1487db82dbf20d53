using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Fuzz.Scripts;

/// <summary>The engine over datagrams behind security under a script. One of the peers needs none.</summary>
internal sealed class SecuredScript : DatagramScript
{
    private const int WithoutSecurity = PeerCount - 1;
    private const int Names = 6;

    private static readonly SecurityOptions s_bounds = new()
    {
        MaxSessions = 2,
        MaxHandshakes = 2,
        MaxHeldMessage = 200,
        IdleTimeout = TimeSpan.FromHours(2),
    };

    private static readonly PreSharedKeyCredentials s_credentials = new(new byte[] { 1 }, new byte[] { 2 });

    private readonly ScriptedSecurity _security = new();
    private readonly PeerId[] _names = new PeerId[Names];
    private readonly byte[] _record = new byte[4096];
    private int _nameCount;

    private SecuredProtocol Secured => (SecuredProtocol)Protocol;

    // The seam takes its own share beside that of the endpoint.
    protected override long MaxMemory => base.MaxMemory + 100_000;

    protected override CoapEngine Create(CoapEndpointOptions options, ScriptRandom random, ScriptedApplication application)
    {
        _security.Begin();
        _nameCount = 0;
        return base.Create(options, random, application);
    }

    protected override IDatagramProtocol Wrap(CoapEndpoint endpoint) => new SecuredProtocol(
        endpoint, (in address) => address == AddressOf(WithoutSecurity) ? DatagramSecurity.NoSec : _security, s_bounds);

    internal override void Heard(in CoapRequest request)
    {
        base.Heard(request);
        Remember(request.From);
    }

    protected override PeerId Target(int which) =>
        _nameCount == 0 || which % PeerCount == WithoutSecurity ? AddressOf(WithoutSecurity) : _names[which % Math.Min(_nameCount, Names)];

    protected override void Deliver(int from, ReadOnlySpan<byte> message)
    {
        if (from % PeerCount == WithoutSecurity)
        {
            base.Deliver(from, message);
            return;
        }

        // Every second peer's datagrams are the newest.
        (_record[0], _record[1]) = (ScriptedSecurity.Data, (byte)((from & 8) << 1));
        message.CopyTo(_record.AsSpan(2));
        base.Deliver(from, _record.AsSpan(0, 2 + message.Length));
    }

    protected override void Judge(in PeerId to, ReadOnlySpan<byte> message)
    {
        if (to == AddressOf(WithoutSecurity))
        {
            base.Judge(to, message);
        }
        else if (message is [ScriptedSecurity.Data, ..])
        {
            base.Judge(to, message[2..]);
        }
        else if (message is not [ScriptedSecurity.Handshake or ScriptedSecurity.Alert, ..])
        {
            Fail("a message leaves without protection");
        }
    }

    protected override void StepOfNetwork(int kind, ref ScriptReader script)
    {
        switch (kind)
        {
            case ScriptSteps.Handshake:
                int from = script.Next();
                base.Deliver(from, [(byte)script.Next(), (byte)script.Next()]);
                break;
            case ScriptSteps.SecuredBytes:
                int sender = script.Next();
                (_record[0], _record[1]) = ((byte)script.Next(), (byte)script.Next());
                ReadOnlySpan<byte> bytes = script.Take(script.Next());
                bytes.CopyTo(_record.AsSpan(2));
                base.Deliver(sender, _record.AsSpan(0, 2 + bytes.Length));
                break;
            case ScriptSteps.Connect:
                if (Secured.TryConnect(AddressOf(script.Next(WithoutSecurity)), s_credentials, default, Now, out PeerId peer))
                {
                    Remember(peer);
                }

                break;
            case ScriptSteps.EndSession:
                End(script.Next());
                break;
            default:
                base.StepOfNetwork(kind, ref script);
                break;
        }
    }

    protected override void JudgeTables()
    {
        SecuredProtocol secured = Secured;
        if (secured.SessionCount > s_bounds.MaxSessions || secured.HandshakeCount > s_bounds.MaxHandshakes
            || _security.Alive > s_bounds.MaxSessions + 2 * s_bounds.MaxHandshakes)
        {
            Fail($"there are too many sessions: {secured.SessionCount} open, {secured.HandshakeCount} in handshakes, "
                + $"{_security.Alive} in all");
        }

        foreach (ref readonly PeerId name in _names.AsSpan(0, Math.Min(_nameCount, Names)))
        {
            if (secured.FindIdentity(name) is not null && !secured.TryGetAddress(name, out _))
            {
                Fail("a peer has an identity and no address");
            }
        }
    }

    // The word to the peers is out, and nothing is kept of them.
    protected override void Dispose()
    {
        Secured.CloseAll(Now);
        Drain();
        if (Secured.SessionCount + Secured.HandshakeCount + _security.Alive > 0)
        {
            Fail($"sessions are left: {Secured.SessionCount} open, {Secured.HandshakeCount} in handshakes, {_security.Alive} in all");
        }

        Secured.Dispose();
    }

    private void Remember(in PeerId peer)
    {
        if (peer != AddressOf(WithoutSecurity) && Array.IndexOf(_names, peer, 0, Math.Min(_nameCount, Names)) < 0)
        {
            _names[_nameCount++ % Names] = peer;
        }
    }

    private void End(int which)
    {
        if (which % 8 == 7)
        {
            Secured.CloseAll(Now);
        }
        else if (which % 8 == 6)
        {
            _ = Secured.Export(Target(which));
        }
        else
        {
            Secured.Close(Target(which), Now);
        }
    }
}
