using System.Net;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Server;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Tests;

namespace Ipso.Dtls.Tests;

/// <summary>The LwM2M Server at coaps: a device is who its key says.</summary>
[Trait("Category", "Security")]
public sealed class ServerTests : AsyncTests
{
    private static readonly IPEndPoint s_local = new(IPAddress.Loopback, 0);

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly OpenSslSecurity _serving = new(Keys.Server);
    private readonly OpenSslSecurity _own = new();
    private readonly Lwm2mServer _server = new(new ServerEndpointOptions { AdmitsUnidentified = false });

    public ServerTests() => _server.Start(new UdpHostOptions { Listeners = [new UdpListener(s_local) { Security = _serving }] });

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _serving.Dispose();
        _own.Dispose();
        _patience.Dispose();
    }

    private Lwm2mDevice Device(string endpoint) => new(new DeviceOptions
    {
        Endpoint = endpoint,
        StopTimeout = TimeSpan.FromSeconds(5),
        Server = new($"coaps://127.0.0.1:{_server.LocalEndPoint.Port}") { Security = ServerSecurity.PreSharedKey(Keys.Identity, Keys.Right) },
    })
    {
        Security = _own,
    };

    [Fact(Timeout = 60_000)]
    public async Task Row_115_A_device_registers_by_the_name_of_its_key_and_is_asked_and_observed()
    {
        await using Lwm2mDevice device = Device("node-7");
        await device.StartAsync(s_local);
        DeviceClient client = await _server.WaitForAsync("node-7", _patience.Token);
        Assert.Equal(new PeerIdentity(PeerIdentityKind.PreSharedKey, "node-7"u8), client.Registration.Identity);
        DeviceAnswer answer = await client.SendAsync(DeviceRequest.Read(new(1, 0, 1)).In(ContentFormat.PlainText), _patience.Token);
        Assert.Equal("86400"u8.ToArray(), answer.Payload.ToArray());
        await foreach (DeviceAnswer value in client.ObserveAsync(DeviceRequest.Observe(new(1, 0, 1)).In(ContentFormat.PlainText), _patience.Token))
        {
            if (value.Payload.Span.SequenceEqual("300"u8))
            {
                break;
            }

            Assert.True((await client.SendAsync(DeviceRequest.Write(new(1, 0, 1), new ReadyContent(ContentFormat.PlainText, "300"u8.ToArray())), _patience.Token)).IsSuccess);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Row_115_Another_name_is_refused()
    {
        TaskCompletionSource<RegistrationChange> refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<RegistrationEvent> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.RegistrationChanged = change => refused.TrySetResult(change);
        await using Lwm2mDevice device = Device("node-8");
        device.RegistrationChanged = e => failed.TrySetResult(e);
        await device.StartAsync(s_local);
        Assert.Equal(CoapCode.BadRequest, (await refused.Task).Fault!.Value.Code);
        Assert.Equal((RegistrationFailure.Rejected, CoapCode.BadRequest), ((await failed.Task).Failure, (await failed.Task).Code));
        Assert.Empty(_server.List());
    }
}
