using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Server;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Tests;

namespace Ipso.Integration.Tests;

/// <summary>Devices that know nothing of us register with our server, and libcoap's client plays some that do it wrongly.</summary>
[Trait("Category", "Peers")]
public sealed class ServerPeerTests : AsyncTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Lwm2mServer _server = new();

    public ServerPeerTests() => _server.Start(new IPEndPoint(IPAddress.Loopback, 0));

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    [PeerFact(CoapNode.Name)]
    public async Task Coap_node_registers_as_it_is_shipped_and_is_managed()
    {
        await using CoapNode node = CoapNode.Start(_server.LocalEndPoint);
        DeviceClient device = await _server.WaitForAsync("coap-node").WaitAsync(s_patience);
        Assert.Equal("2.01", (string?)(await node.ReadAsync().WaitAsync(s_patience))["registered"]);
        Assert.Equal((new ObjectVersion(1, 0), true), (device.Registration.Version, device.Registration.Objects.Has(3303, 0)));
        Assert.Equal("00:00:00:00:00:00", device.Registration.Attributes["mac"]);

        DeviceAnswer answer = await AskAsync(device, DeviceRequest.Read(new(3303, 0)));
        Assert.True(
            Representation.TryRead(0, answer.ContentFormat!.Value, answer.Payload.Span, out Temperature temperature, out PayloadError error),
            $"{answer}: {error} {Encoding.UTF8.GetString(answer.Payload.Span)}");
        Assert.Equal((21, "C"), (temperature.SensorValue, temperature.SensorUnits));
        answer = await AskAsync(device, DeviceRequest.Write(new(3311, 0, 5851), new ReadyContent(ContentFormat.PlainText, "80"u8.ToArray())));
        answer = await AskAsync(device, DeviceRequest.Read(new(3311, 0, 5851)).In(ContentFormat.PlainText));
        Assert.Equal("80", Encoding.UTF8.GetString(answer.Payload.Span));
        answer = await AskAsync(device, DeviceRequest.Execute(new(3303, 0, 5605)));
        Assert.Equal(5605, (int)(await node.ReadAsync().WaitAsync(s_patience))["executed"]!);
        answer = await AskAsync(device, DeviceRequest.Discover(new(3303)));
        Assert.Contains("</3303/0/5700>", Encoding.UTF8.GetString(answer.Payload.Span), StringComparison.Ordinal);
    }

    [PeerFact(CoapNode.Name)]
    public async Task Coap_node_is_observed()
    {
        await using CoapNode node = CoapNode.Start(_server.LocalEndPoint);
        DeviceClient device = await _server.WaitForAsync("coap-node").WaitAsync(s_patience);
        using CancellationTokenSource patience = new(s_patience);
        List<string> values = [];
        await foreach (DeviceAnswer value in device.ObserveAsync(DeviceRequest.Observe(new(3303, 0, 5700)).In(ContentFormat.PlainText), patience.Token))
        {
            values.Add(Encoding.UTF8.GetString(value.Payload.Span));
            if (values.Count == 3)
            {
                break;
            }

            await node.SetAsync(21 + values.Count);
        }

        Assert.Equal(["21", "22", "23"], values);
    }

    [PeerTheory(LibcoapClient.Program)]
    [InlineData("4.00", "/rd?lt=60&lwm2m=1.1", "</3/0>")]
    [InlineData("4.00", "/rd?ep=d&lt=minute", "</3/0>")]
    [InlineData("4.00", "/rd?ep=d&lwm2m=1.1", "</3/0")]
    [InlineData("4.00", "/rd?ep=d&lwm2m=1.1&b=UQ", "</3/0>")]
    [InlineData("4.12", "/rd?ep=d&lwm2m=3.0", "</3/0>")]
    [InlineData("4.04", "/rd/0123456789abcdef", "</3/0>")]
    [InlineData("4.04", "/elsewhere?ep=d", "</3/0>")]
    public async Task What_libcoap_registers_wrongly_is_refused(string code, string uri, string links)
    {
        LibcoapClient client = new(_server.LocalEndPoint);
        LibcoapClient.Answer answer = await client.RequestAsync("post", uri, format: ContentFormat.LinkFormat, payload: Encoding.UTF8.GetBytes(links));
        Assert.StartsWith(code, answer.Error, StringComparison.Ordinal);
        Assert.Empty(_server.List());
    }

    [PeerFact(LibcoapClient.Program)]
    public async Task What_libcoap_registers_is_there_until_it_deletes_it()
    {
        LibcoapClient client = new(_server.LocalEndPoint);
        await client.RequestAsync(
            "post", "/rd?ep=libcoap&lt=300&lwm2m=1.1&b=U", format: ContentFormat.LinkFormat, payload: "</3/0>,</3303/0>"u8.ToArray());
        DeviceRegistration registration = Assert.Single(_server.List()).Registration;
        Assert.Equal(("libcoap", true), (registration.Endpoint, registration.Objects.Has(3303, 0)));
        await client.RequestAsync("delete", $"/rd/{registration.Id}");
        Assert.Empty(_server.List());
    }

    private static async Task<DeviceAnswer> AskAsync(DeviceClient device, DeviceRequest request) =>
        (await device.SendAsync(request).WaitAsync(s_patience)).EnsureSuccess(device.Endpoint, request);
}
