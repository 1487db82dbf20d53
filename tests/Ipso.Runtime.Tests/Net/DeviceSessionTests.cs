using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Tests.Net;

/// <summary>What becomes of the credentials of a device's sessions, under a security that secures nothing.</summary>
[Trait("Category", "Network")]
[Trait("Category", "Security")]
public class DeviceSessionTests
{
    private const byte Post = 0x02;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact(Timeout = 60_000)]
    public async Task An_open_session_that_is_given_up_for_another_one_releases_its_credentials()
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256), served = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        TaskCompletionSource again = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenSource enough = new();
        Task serving = ServeAsync(server, again, enough.Token);
        Open security = new();
        DeviceOptions options = new()
        {
            Endpoint = "node-7",
            Server = new($"coaps://{server.LocalEndPoint}")
            {
                Security = ServerSecurity.RawPublicKey(
                    own.ExportSubjectPublicKeyInfo(), own.ExportPkcs8PrivateKey(), served.ExportSubjectPublicKeyInfo()),
            },
        };
        await using (Lwm2mDevice device = new(options) { Security = security })
        {
            await device.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
            await device.WaitUntilRegisteredAsync();

            // An Update, which is rejected with RST: the server is not the one that it was, and the session of no more use.
            device.Objects.Find<LwM2MServer>(0)!.Lifetime = 300;
            await again.Task.WaitAsync(s_patience);
            Assert.Equal(2, security.Used.Count);
            Assert.Throws<ObjectDisposedException>(security.Used[0].Key.ExportSubjectPublicKeyInfo);
            Assert.NotEmpty(security.Used[1].Key.ExportSubjectPublicKeyInfo());
        }

        await enough.CancelAsync();
        await serving.WaitAsync(s_patience);
    }

    // Takes a Register, rejects an Update, takes a Register, and whatever comes then.
    private static async Task ServeAsync(Socket server, TaskCompletionSource again, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[2000];

        // By Message ID and token: what is slow to be answered comes again.
        List<string> posts = [];
        while (!cancellationToken.IsCancellationRequested)
        {
            SocketReceiveFromResult read;
            try
            {
                read = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            byte[] head = buffer[..Math.Min(read.ReceivedBytes, 4 + (buffer[0] & 0x0f))];
            string sent = Convert.ToHexString(head);
            if (head is [_, Post, ..] && !posts.Contains(sent))
            {
                posts.Add(sent);
            }

            byte[] reply = head switch
            {
                [Open.Hello] => head,
                [_, Post, ..] when posts.IndexOf(sent) == 1 => [0x70, 0x00, head[2], head[3]],
                [_, Post, ..] => [(byte)(head[0] | 0x60), 0x41, .. head[2..], 0x82, (byte)'r', (byte)'d', 0x01, (byte)'1'],
                [_, _, ..] => [(byte)(head[0] | 0x60), 0x42, .. head[2..]],
                _ => [],
            };
            if (posts.Count == 3)
            {
                again.TrySetResult();
            }

            await server.SendToAsync(reply, read.RemoteEndPoint, CancellationToken.None);
        }
    }

    /// <summary>A Hello, which is sent back, and then datagrams as they are.</summary>
    private sealed class Open : DatagramSecurity
    {
        internal const byte Hello = 1;

        internal List<RawPublicKeyCredentials> Used { get; } = [];

        public override SecurityFeatures Features => SecurityFeatures.RawPublicKey;

        public override Inspection Inspect(
            ReadOnlySpan<byte> datagram, in PeerId from, bool mayAccept, Instant now, Span<byte> reply, out int replyLength, out SecuritySession? session)
        {
            (replyLength, session) = (0, null);
            return Inspection.Drop;
        }

        public override SecuritySession Connect(in PeerId to, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now)
        {
            Used.Add(Assert.IsType<RawPublicKeyCredentials>(credentials));
            return new OpenSession();
        }
    }

    private sealed class OpenSession : SecuritySession
    {
        private SessionState _state;
        private bool _hasGreeted;

        public override SessionState State => _state;

        public override PeerIdentity? Identity => _state == SessionState.Open ? new(PeerIdentityKind.RawPublicKey, "server"u8) : null;

        public override int MaxPayload => _state == SessionState.Open ? 1200 : 0;

        public override Instant? NextDeadline => null;

        public override DatagramVerdict Receive(ReadOnlySpan<byte> datagram, Span<byte> plain, Instant now, out int length)
        {
            length = 0;
            if (_state == SessionState.Open == datagram is [Open.Hello])
            {
                return DatagramVerdict.Discarded;
            }

            if (_state == SessionState.Handshaking)
            {
                _state = SessionState.Open;
                return DatagramVerdict.Authentic;
            }

            datagram.CopyTo(plain);
            length = datagram.Length;
            return DatagramVerdict.Authentic;
        }

        public override int Protect(ReadOnlySpan<byte> plain, Span<byte> datagram, Instant now)
        {
            plain.CopyTo(datagram);
            return plain.Length;
        }

        public override bool TryTransmit(Span<byte> datagram, Instant now, out int length)
        {
            bool greets = !_hasGreeted;
            _hasGreeted = true;
            datagram[0] = Open.Hello;
            length = greets ? 1 : 0;
            return greets;
        }

        public override void OnDeadline(Instant now)
        {
        }

        public override void Close() => _state = SessionState.Closed;
    }
}
