using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ipso.Integration.Tests;

/// <summary>libcoap's example server, or its resource directory, on a free port of UDP and TCP.</summary>
internal sealed class LibcoapServer : IAsyncDisposable
{
    internal const string Program = "coap-server-notls";
    internal const string Directory = "coap-rd-notls";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly Process _process;

    private LibcoapServer(Process process, IPEndPoint endPoint) => (_process, EndPoint) = (process, endPoint);

    internal IPEndPoint EndPoint { get; }

    /// <summary>Starts it, and waits until it listens.</summary>
    internal static Task<LibcoapServer> StartAsync(string address, params string[] more) => StartAsync(Program, address, more);

    /// <summary>Starts one with a TLS library, <c>openssl</c> or <c>gnutls</c>; DTLS is at the next port.</summary>
    internal static Task<LibcoapServer> StartSecureAsync(string library, params string[] more) =>
        StartAsync($"coap-server-{library}", "127.0.0.1", more);

    /// <summary>Starts the resource directory (RFC 9176, in an early form), and waits until it listens.</summary>
    internal static Task<LibcoapServer> StartDirectoryAsync(string address) => StartAsync(Directory, address, []);

    /// <summary>Starts one with TLS, on the port above <see cref="EndPoint"/>, and waits until it listens there.</summary>
    internal static Task<LibcoapServer> StartSecuredAsync(string program, string address, params string[] more) =>
        StartAsync(program, address, more, isSecured: true);

    /// <summary>Where it takes TLS.</summary>
    internal IPEndPoint Secured => new(EndPoint.Address, EndPoint.Port + 1);

    private static async Task<LibcoapServer> StartAsync(string program, string address, string[] more, bool isSecured = false)
    {
        IPAddress local = IPAddress.Parse(address);
        int port;
        using (Socket probe = new(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp))
        {
            probe.Bind(new IPEndPoint(local, 0));
            port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }

        Process process = Process.Start(new ProcessStartInfo(
            program, ["-A", address, "-p", port.ToString(CultureInfo.InvariantCulture), "-v", "0", .. more]))!;
        LibcoapServer server = new(process, new IPEndPoint(local, port));
        using CancellationTokenSource patience = new(s_patience);
        while (true)
        {
            using Socket probe = new(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(isSecured ? server.Secured : server.EndPoint, patience.Token);
                return server;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Yield();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
