using System.Net;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>How a program ends a host and a device without awaiting anything, and what it hears where one of them has ended by itself.</summary>
[Trait("Category", "Network")]
public sealed class StoppingTests : AsyncTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly IPEndPoint s_anywhere = new(IPAddress.Loopback, 0);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_device_without_servers_has_ended_when_Stop_returns(bool givesTime)
    {
        using Lwm2mDevice device = givesTime ? new(null, TimeProvider.System) : new();
        Assert.False(device.IsRunning);
        device.Start(s_anywhere);
        IPEndPoint local = device.LocalEndPoint;
        Assert.True(device.IsRunning);
        Task before = device.Completion;
        Assert.False(before.IsCompleted);
        device.Stop();
        Assert.False(device.IsRunning);
        Assert.Null(device.Fault);
        Assert.True(device.Completion.IsCompletedSuccessfully);
        await before.WaitAsync(s_patience);

        // The port is free again.
        using (Lwm2mDevice next = new())
        {
            next.Start(local);
        }

        device.Stop();
        await device.StopAsync();
    }

    [Fact]
    public async Task A_device_with_servers_is_deregistered_when_Stop_returns()
    {
        List<string> asked = [];
        using CoapServerUnderTest server = new(asked);
        Lwm2mDevice device = new(new DeviceOptions { Endpoint = "d", Server = new($"coap://127.0.0.1:{server.Port}") });
        Assert.True(device.StartAsync(s_anywhere).IsCompletedSuccessfully);
        await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);
        device.Dispose();
        Assert.False(device.IsRunning);
        lock (asked)
        {
            Assert.Equal(["POST", "DELETE"], asked);
        }
    }

    [Fact]
    public void A_device_that_was_not_started_may_be_stopped()
    {
        Lwm2mDevice alone = new();
        alone.Stop();
        alone.Dispose();
        Lwm2mDevice withServer = new(new DeviceOptions { Endpoint = "d", Server = new("coap://127.0.0.1:1") });
        Task registered = withServer.WaitUntilRegisteredAsync();
        withServer.Dispose();
        Assert.True(registered.IsCanceled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_ends_a_host_by_itself_is_its_fault(bool isAskedBefore)
    {
        InvalidOperationException bad = new("bad");
        bool isBad = false;
        using UdpHost host = new(new Quiet(), s_anywhere, _ =>
        {
            if (Volatile.Read(ref isBad))
            {
                throw bad;
            }
        });
        Task? before = isAskedBefore ? host.Completion : null;
        Volatile.Write(ref isBad, true);
        host.Wake();

        // It ends by itself, which this waits for; that it was told to as well changes nothing.
        if (before is not null)
        {
            Assert.Same(bad, await Assert.ThrowsAsync<InvalidOperationException>(() => before.WaitAsync(s_patience)));
        }

        Assert.True(SpinWait.SpinUntil(() => !host.IsRunning, s_patience));
        host.Stop();
        Assert.Same(bad, host.Fault);
        Assert.Same(bad, host.Completion.Exception?.InnerException);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_stop_that_would_wait_for_who_calls_it_is_refused_and_one_that_does_not_wait_is_not()
    {
        UdpHost host = new(new Quiet(), s_anywhere);
        Assert.Throws<InvalidOperationException>(() => host.Invoke(host, static (host, _) => host.Stop()));
        Assert.True(host.IsRunning);
        Task stopped = host.Invoke(host, static (host, _) => host.StopAsync());
        await stopped.WaitAsync(s_patience);
        Assert.False(host.IsRunning);

        Lwm2mDevice device = new();
        Exception? refusal = null;
        using ManualResetEventSlim handled = new();
        device.RequestHandled = (in _) =>
        {
            refusal = Record.Exception(device.Stop);
            handled.Set();
        };
        device.Start(s_anywhere);
        await using (CoapClient client = new())
        {
            await client.GetAsync($"coap://{device.LocalEndPoint}/3").WaitAsync(s_patience);
        }

        Assert.True(handled.Wait(s_patience));
        Assert.IsType<InvalidOperationException>(refusal);
        Assert.True(device.IsRunning);
        device.Dispose();
    }

    /// <summary>A protocol that has nothing to say.</summary>
    private sealed class Quiet : IDatagramProtocol
    {
        public Instant? NextDeadline => null;

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
        {
        }

        public void OnDeadline(Instant now)
        {
        }

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            transmit = default;
            return false;
        }
    }

    /// <summary>A server that takes any registration.</summary>
    private sealed class CoapServerUnderTest : IDisposable
    {
        private readonly CoapServer _server = new();

        internal CoapServerUnderTest(List<string> asked)
        {
            _server.MapPost("/rd", _ => Note(asked, "POST", CoapReply.Created("/rd/5")));
            _server.MapDelete("/rd/{id}", _ => Note(asked, "DELETE", CoapReply.Deleted));
            _server.Start(s_anywhere);
        }

        internal int Port => _server.LocalEndPoint.Port;

        public void Dispose() => _server.DisposeAsync().AsTask().GetAwaiter().GetResult();

        private static CoapReply Note(List<string> asked, string method, CoapReply reply)
        {
            lock (asked)
            {
                asked.Add(method);
            }

            return reply;
        }
    }
}
