using System.Buffers.Binary;
using Ipso.Benchmarks.Harness;
using Ipso.Coap.Engine;
using Ipso.Dtls;
using Ipso.Net.Security;

namespace Ipso.Benchmarks.Security;

/// <summary>Sessions of two ends in one process, whose datagrams are handed over without sockets.</summary>
internal static class DtlsSessions
{
    internal static readonly Instant Now = Instant.FromSeconds(1000);

    private static readonly byte[] s_buffer = new byte[2048];
    private static readonly byte[] s_plain = new byte[2048];

    internal static PreSharedKeyCredentials Key { get; } = new("node"u8.ToArray(), new byte[16]);

    internal static DtlsOptions Server { get; } = new() { PreSharedKeys = static (_, key) => Clear(key[..16]) };

    /// <summary>The address of a client.</summary>
    internal static PeerId Address(int number)
    {
        Span<byte> address = stackalloc byte[8];
        address[0] = 4;
        BinaryPrimitives.WriteInt32LittleEndian(address[4..], number);
        return new PeerId(address);
    }

    /// <summary>Makes a handshake, cookie and all.</summary>
    /// <exception cref="WrongResultException">It does not come to an open session.</exception>
    internal static (SecuritySession Client, SecuritySession Server) Open(
        DatagramSecurity asking, DatagramSecurity serving, SecurityCredentials credentials, int number = 1, byte[]? resume = null)
    {
        PeerId from = Address(number);
        SecuritySession client = asking.Connect(Address(0), credentials, resume, Now);
        SecuritySession? server = null;
        while (client.State == SessionState.Handshaking || server?.State != SessionState.Open)
        {
            bool moved = false;
            while (client.TryTransmit(s_buffer, Now, out int length))
            {
                moved = true;
                ReadOnlySpan<byte> datagram = s_buffer.AsSpan(0, length);
                if (server is null)
                {
                    Inspection inspection = serving.Inspect(datagram, from, true, Now, s_plain, out int reply, out server);
                    if (inspection == Inspection.Reply)
                    {
                        client.Receive(s_plain.AsSpan(0, reply).ToArray(), s_plain, Now, out _);
                    }
                }

                server?.Receive(datagram, s_plain, Now, out _);
            }

            while (server?.TryTransmit(s_buffer, Now, out int length) == true)
            {
                moved = true;
                client.Receive(s_buffer.AsSpan(0, length), s_plain, Now, out _);
            }

            if (!moved)
            {
                throw new WrongResultException($"The handshake has come to a halt: {client.Failure} {server?.Failure}");
            }
        }

        return (client, server);
    }

    private static int Clear(Span<byte> key)
    {
        key.Clear();
        return key.Length;
    }
}
