using System.Net;
using System.Net.Sockets;
using Ipso.Lwm2m.Device;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>What a device does when its server is about to close the connection (RFC 8323, 5.5).</summary>
[Trait("Category", "Network")]
public class TcpDeviceReleaseTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory(Timeout = 60_000)]
    [InlineData(0, new byte[] { 0x00, 0xe4 })]
    [InlineData(300, new byte[] { 0x30, 0xe4, 0x42, 0x01, 0x2c })]
    public async Task After_a_Release_it_closes_and_registers_again_as_soon_as_it_may(int holdOff, byte[] release)
    {
        ManualClock clock = new();
        TaskCompletionSource<RegistrationEvent> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using Lwm2mDevice device = new(new DeviceOptions { Endpoint = "node-7", Server = new($"coap+tcp://{listener.LocalEndPoint}") }, clock)
        {
            Tcp = new TcpHostOptions(),
            RegistrationChanged = e => _ = e.Kind == RegistrationEventKind.Failed && lost.TrySetResult(e),
        };

        // Before the device, whose clock stands: it would wait for ever for whom nobody has accepted.
        using Socket disposedFirst = listener;
        await device.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket first = await AcceptAsync(listener);
        await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);
        first.Send(release);
        Assert.Null(TcpHostTests.Read(first));
        RegistrationEvent told = await lost.Task.WaitAsync(s_patience);
        Assert.Equal((RegistrationFailure.SessionClosed, TimeSpan.FromSeconds(holdOff)), (told.Failure, told.NextTryIn));

        clock.Advance(TimeSpan.FromSeconds(holdOff));
        using Socket second = await AcceptAsync(listener);
    }

    // Takes a Register, and answers it.
    private static async Task<Socket> AcceptAsync(Socket listener)
    {
        Socket socket = await listener.AcceptAsync().WaitAsync(s_patience);
        socket.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        Assert.Equal(0xe1, TcpHostTests.CodeOf(TcpHostTests.Read(socket)));
        socket.Send([0x00, 0xe1]);
        byte[] register = TcpHostTests.Read(socket)!;
        Assert.Equal(0x02, TcpHostTests.CodeOf(register));
        socket.Send(TcpHostTests.AnswerTo(register, 0x41, 0x82, (byte)'r', (byte)'d', 0x01, (byte)'1'));
        return socket;
    }
}
