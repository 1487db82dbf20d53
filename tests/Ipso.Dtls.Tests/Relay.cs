using System.Net;
using System.Net.Sockets;

namespace Ipso.Dtls.Tests;

/// <summary>A way between one client and a server, on sockets, that loses what it is told to.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly UdpClient _front = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly UdpClient _back = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;
    private IPEndPoint? _client;

    internal Relay(IPEndPoint server)
    {
        Server = server;
        _running = Task.WhenAll(ForwardAsync(_front, toServer: true), ForwardAsync(_back, toServer: false));
    }

    /// <summary>Where the client sends to.</summary>
    internal IPEndPoint EndPoint => (IPEndPoint)_front.Client.LocalEndPoint!;

    /// <summary>The server, which may be another one later.</summary>
    internal IPEndPoint Server { get; set; }

    /// <summary>Whether a datagram is lost; asked for one at a time.</summary>
    internal Func<bool> Loses { get; set; } = static () => false;

    internal int Lost { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _front.Dispose();
        _back.Dispose();
        _end.Dispose();
    }

    private async Task ForwardAsync(UdpClient from, bool toServer)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                UdpReceiveResult datagram = await from.ReceiveAsync(_end.Token);
                lock (_end)
                {
                    _client = toServer ? datagram.RemoteEndPoint : _client;
                    if (Loses())
                    {
                        Lost++;
                        continue;
                    }
                }

                await (toServer ? _back : _front).SendAsync(datagram.Buffer, toServer ? Server : _client!, _end.Token);
            }
            catch (SocketException)
            {
                // Nobody listens there at the moment.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
