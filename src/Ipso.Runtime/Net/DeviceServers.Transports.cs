using System.Net;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;

namespace Ipso.Net;

// Where servers are, and how they are reached there: by datagrams, over a session, over a connection.
internal sealed partial class DeviceServers
{
    // The socket for sessions, behind the one for plain datagrams.
    private const int SecuredListener = 1;

    private void OnReleased(PeerId peer)
    {
        if (TcpConnection.IsName(peer))
        {
            _device.Streams?.Disconnect(peer);
        }
        else
        {
            _device.Sessions?.Close(peer);
        }
    }

    private string? FindTransportFault(LWM2MSecurity account, CoapScheme scheme) => scheme switch
    {
        CoapScheme.Coap => null,
        CoapScheme.Coaps => _device.Sessions is { } sessions
            ? sessions.FindKeyFault(account)
            : $"is at {account.LWM2MServerURI}, and the device has no security: set Lwm2mDevice.Security",
        CoapScheme.CoapTcp or CoapScheme.CoapsTcp when _device.Streams is null =>
            $"is at {account.LWM2MServerURI}, and the device has no TCP: set Lwm2mDevice.Tcp",
        CoapScheme.CoapTcp => null,
        CoapScheme.CoapsTcp => _device.Streams!.FindKeyFault(account),
        _ => $"is at {account.LWM2MServerURI}, and the device has no transport for that",
    };

    private void OnHostRequested(ServerHost host, Instant now)
    {
        if (!host.IsAddress)
        {
            _ = ResolveAsync(host);
        }
        else if ((OperatingSystem.IsLinux() ? LinuxResolver.Parse(host.Name) : ParseElsewhere(host.Name)) is { } address)
        {
            OnAddresses(host, [address], null, now);
        }
        else
        {
            _device.Endpoint.OnResolved(host, null, $"'{host.Name}' is no address", now);
        }
    }

    private static IPAddress? ParseElsewhere(string text) => IPAddress.TryParse(text, out IPAddress? address) ? address : null;

    private async Task ResolveAsync(ServerHost host)
    {
        IPAddress[] addresses = [];
        string? reason = null;
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            addresses = await _device.Resolve(host.Name, _stopping.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the resolver says, there is no address: the device tells of it and tries again.
        catch (Exception e)
        {
            reason = $"'{host.Name}' has no address: {e.Message}";
        }
#pragma warning restore CA1031

        try
        {
            _host?.Invoke(new Answer(this, host, addresses, reason), static (answer, now) =>
                answer.Servers.OnAddresses(answer.Host, answer.Addresses, answer.Reason, now));
        }
        catch (ObjectDisposedException)
        {
            // The device has stopped.
        }
    }

    private void OnAddresses(in ServerHost host, IPAddress[] addresses, string? reason, Instant now)
    {
        if (!_device.Endpoint.IsAskingFor(host))
        {
            // The account was replaced meanwhile, or asks anew.
            return;
        }

        if (reason is null && FindTransportFault(host.Security!, host.Scheme) is { } fault)
        {
            _device.Endpoint.OnResolved(host, null, Phrase.Of($"/0/{host.Security!.InstanceId} {fault}"), now);
        }
        else if (host.Scheme.Framing == CoapFraming.Stream && addresses.Length > 0)
        {
            _device.Streams!.Connect(host, addresses, now);
        }
        else
        {
            bool isSecured = host.Scheme == CoapScheme.Coaps;
            PeerId? address = FindPeer(addresses, host.Port, isSecured ? SecuredListener : 0, ref reason);
            if (isSecured && address is { } server)
            {
                // The peer that the device wants is a session with whoever is there.
                _device.Sessions!.Connect(host, server, now);
            }
            else
            {
                _device.Endpoint.OnResolved(host, address, reason, now);
            }
        }
    }

    private PeerId? FindPeer(IPAddress[] addresses, ushort port, int listener, ref string? reason)
    {
        reason ??= addresses.Length == 0 ? "the name has no address" : null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                return _host?.GetPeer(new(address, port), listener);
            }
            catch (ArgumentException e)
            {
                reason = e.Message;
            }
        }

        return null;
    }

    // A tuple would do, but that its equality brings into a native program what makes types while it runs: 90 KB.
    private readonly struct Answer(DeviceServers servers, in ServerHost host, IPAddress[] addresses, string? reason)
    {
        internal DeviceServers Servers => servers;

        internal ServerHost Host { get; } = host;

        internal IPAddress[] Addresses => addresses;

        internal string? Reason => reason;
    }
}
