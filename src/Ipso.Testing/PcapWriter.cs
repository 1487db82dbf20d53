using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>
/// Writes datagrams as a capture file: the classic format of pcap, version 2.4, little-endian, in microseconds, with the link type
/// LINKTYPE_RAW (101), so that each packet begins with its IP header. Headers are made up of the addresses, with the checksums that belong
/// there.
/// </summary>
public sealed class PcapWriter
{
    private const uint Magic = 0xa1b2_c3d4;
    private const int LinkTypeRaw = 101;
    private const int SnapLength = 65_535;
    private const int RecordHeaderLength = 16;
    private const byte UdpProtocol = 17;
    private const byte HopLimit = 64;
    private const int UdpHeaderLength = 8;
    private const int MaxIpv4Payload = 65_535 - 20 - UdpHeaderLength;

    private readonly Stream _stream;
    private readonly VirtualClock _clock;
    private ushort _identification;

    /// <summary>Writes the header of the file.</summary>
    /// <param name="stream">Where to. Stays open.</param>
    /// <param name="clock">Says what a calendar shows at a moment.</param>
    public PcapWriter(Stream stream, VirtualClock clock)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(clock);
        _stream = stream;
        _clock = clock;
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], SnapLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], LinkTypeRaw);
        _stream.Write(header);
    }

    /// <summary>Writes a datagram.</summary>
    /// <param name="moment">Its moment.</param>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver, of the same IP version.</param>
    /// <param name="datagram">The payload of UDP, at most 65507 bytes.</param>
    /// <exception cref="ArgumentException">The IP versions differ, or the datagram is too long for UDP.</exception>
    public void Write(Instant moment, IPEndPoint from, IPEndPoint to, ReadOnlySpan<byte> datagram)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (from.AddressFamily != to.AddressFamily || datagram.Length > MaxIpv4Payload)
        {
            throw new ArgumentException($"No UDP datagram: {datagram.Length} bytes from {from} to {to}.", nameof(datagram));
        }

        bool isIpv4 = from.AddressFamily == AddressFamily.InterNetwork;
        int ipLength = isIpv4 ? 20 : 40;
        int length = ipLength + UdpHeaderLength + datagram.Length;
        byte[] record = new byte[RecordHeaderLength + length];

        long microseconds = (_clock.ToUtc(moment) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(microseconds / 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), (uint)(microseconds % 1_000_000));
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), length);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), length);

        Span<byte> packet = record.AsSpan(RecordHeaderLength);
        Span<byte> udp = packet[ipLength..];
        if (isIpv4)
        {
            WriteIpv4Header(packet, from.Address, to.Address, length);
        }
        else
        {
            WriteIpv6Header(packet, from.Address, to.Address, udp.Length);
        }

        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        datagram.CopyTo(udp[UdpHeaderLength..]);

        // RFC 768 and RFC 8200, 8.1: over addresses, protocol and length as well; 0 says that there is none, so that 0 is sent as 0xffff.
        ReadOnlySpan<byte> addresses = isIpv4 ? packet[12..20] : packet[8..40];
        ushort checksum = Checksum(Sum(udp, Sum(addresses, (ulong)UdpProtocol + (ulong)udp.Length)));
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? (ushort)0xffff : checksum);
        _stream.Write(record);
    }

    // RFC 791, 3.1. Nothing is fragmented.
    private void WriteIpv4Header(Span<byte> packet, IPAddress from, IPAddress to, int length)
    {
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], _identification++);
        packet[8] = HopLimit;
        packet[9] = UdpProtocol;
        from.TryWriteBytes(packet[12..], out _);
        to.TryWriteBytes(packet[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksum(Sum(packet[..20], 0)));
    }

    // RFC 8200, 3.
    private static void WriteIpv6Header(Span<byte> packet, IPAddress from, IPAddress to, int length)
    {
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)length);
        packet[6] = UdpProtocol;
        packet[7] = HopLimit;
        from.TryWriteBytes(packet[8..], out _);
        to.TryWriteBytes(packet[24..], out _);
    }

    // RFC 1071: the one's complement sum of 16-bit words; a last odd byte counts as the upper half of one.
    private static ulong Sum(ReadOnlySpan<byte> bytes, ulong sum)
    {
        for (; bytes.Length > 1; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    private static ushort Checksum(ulong sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
