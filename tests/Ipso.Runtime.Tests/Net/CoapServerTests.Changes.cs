using System.Net;
using Ipso.Net;

namespace Ipso.Tests.Net;

// Handlers that tell of what they have changed.
public partial class CoapServerTests
{
    [Fact]
    public async Task Handlers_over_UDP_and_over_TCP_may_tell_of_a_change_at_the_same_time()
    {
        CoapServer server = new();
        using Barrier bothAtWork = new(2);
        server.MapPut("/light", _ =>
        {
            Assert.True(bothAtWork.SignalAndWait(s_patience));
            server.Changed("/light");
            return CoapReply.Content($"{server.ObserverCount}");
        });
        server.MapGet("/light", _ => CoapReply.Content("on")).Observable();
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        server.Start(new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)] });

        // Whoever hangs is not disposed of: that would hang too.
        CoapClient overUdp = CoapClient.Connect(server.LocalEndPoint);
        CoapClient overTcp = await CoapClient.ConnectAsync(new Uri($"coap+tcp://{server.TcpEndPoints[0]}"));
        IAsyncEnumerator<CoapClientResponse>[] observers =
            [.. new[] { overUdp, overTcp }.Select(static client => client.ObserveAsync("/light").GetAsyncEnumerator())];
        foreach (IAsyncEnumerator<CoapClientResponse> observer in observers)
        {
            Assert.True(await observer.MoveNextAsync().AsTask().WaitAsync(s_patience));
        }

        Task<CoapClientResponse>[] puts = [overUdp.PutAsync("/light", "1"u8.ToArray()), overTcp.PutAsync("/light", "1"u8.ToArray())];
        Assert.All(await Task.WhenAll(puts).WaitAsync(s_patience), static put => Assert.Equal("2", put.GetText()));
        foreach (IAsyncEnumerator<CoapClientResponse> observer in observers)
        {
            Assert.True(await observer.MoveNextAsync().AsTask().WaitAsync(s_patience));
        }

        await overUdp.DisposeAsync();
        await overTcp.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task After_a_stop_nobody_can_be_told_of_a_change()
    {
        CoapServer server = Start(static server => server.MapGet("/light", static _ => CoapReply.Content("on")).Observable());
        await server.StopAsync(s_timeout);
        Assert.Throws<ObjectDisposedException>(() => server.Changed("/light"));
        await server.DisposeAsync();
    }
}
