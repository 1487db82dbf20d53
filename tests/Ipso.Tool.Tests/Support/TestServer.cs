using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Net;

namespace Ipso.Tool.Tests.Support;

/// <summary>A server of CoAP that knows nothing of LwM2M, over UDP and TCP, on ports of this machine.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly CoapServer _server = new();
    private readonly TaskCompletionSource _neverAsked = new();
    private volatile string _state = "0";

    internal TestServer()
    {
        _server.MapGet("/hello", _ => CoapReply.Content("hello")).WithType("greeting").WithTitle("Says hello");
        _server.MapGet("/orders", _ => CoapReply.Content("\u001b[2Jgone"));
        _server.MapGet("/lines", _ => CoapReply.Content("one\ntwo\n"));
        _server.MapGet("/time", _ => CoapReply.Content("noon"));
        _server.MapGet("/location", _ => CoapReply.Content("here"));
        _server.MapGet("/bytes", _ => CoapReply.Content(new byte[] { 0, 1, 254, 255 }, ContentFormat.OctetStream));
        _server.MapGet("/unnamed", _ => CoapReply.Content(new byte[] { 0xff, 0xfe }, null));
        _server.MapGet("/torn", _ => CoapReply.Content(Encoding.UTF8.GetBytes("[{\"n\":\"a\",\"v\":"), ContentFormat.SenMLJson));
        _server.MapGet("/Temperature", _ => CoapReply.Content("my own"));
        _server.MapGet("/what", request => CoapReply.Content(string.Join('&', request.Query)));
        _server.MapGet("/secret", _ => CoapReply.Error(CoapCode.Unauthorized, "who are\nyou?"));
        _server.MapGet("/broken", _ => throw new InvalidOperationException("by the test"));
        _server.MapGet("/never", async (_, cancel) =>
        {
            _neverAsked.TrySetResult();
            return await new TaskCompletionSource<CoapReply>().Task.WaitAsync(cancel);
        });
        _server.MapGet("/state", _ => _state == "gone" ? CoapReply.NotFound : CoapReply.Content(_state)).Observable();
        _server.MapDelete("/store", _ => CoapReply.Deleted);
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        _server.Start(new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)] });
    }

    /// <summary>Its URI.</summary>
    internal string Uri => $"coap://{_server.LocalEndPoint}";

    /// <summary>Its URI over TCP.</summary>
    internal string TcpUri => $"coap+tcp://{_server.TcpEndPoints[0]}";

    /// <summary>Completes when somebody asks for what is never answered.</summary>
    internal Task NeverAsked => _neverAsked.Task;

    /// <summary>How many observe the state.</summary>
    internal int Observers => _server.ObserverCount;

    /// <summary>Changes the state, and tells whoever observes it.</summary>
    internal void Become(string state)
    {
        _state = state;
        _server.Changed("/state");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
