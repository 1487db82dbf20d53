using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using Ipso.Coap;

namespace Ipso.Testing.Tests;

public class PcapTests
{
    private static readonly byte[] s_get = CoapDatagram.Con(CoapCode.Get, 0x1a2b).Token("4f").Path("/3303/0/5700").ToArray();

    // What a capture file says of a packet, its checksums verified.
    private sealed record Packet(DateTimeOffset Time, IPEndPoint From, IPEndPoint To, byte[] Payload);

    [Fact]
    public void A_capture_of_the_senders_has_each_datagram_once_lost_or_not()
    {
        VirtualNetwork network = Exchange();
        using MemoryStream file = new();
        network.Trace.WritePcap(file);
        List<Packet> packets = Read(file.ToArray());
        Assert.Equal(3, packets.Count);
        Assert.Equal(network.Clock.Epoch.AddSeconds(1.5), packets[0].Time);
        Assert.Equal(IPEndPoint.Parse("10.0.0.1:5683"), packets[0].From);
        Assert.Equal(IPEndPoint.Parse("10.0.0.2:5683"), packets[0].To);
        Assert.Equal(s_get, packets[0].Payload);
        Assert.Equal([1, 2, 3], packets[1].Payload);
        Assert.Equal(IPEndPoint.Parse("[2001:db8::1]:61616"), packets[2].From);
        Assert.Equal(IPEndPoint.Parse("[2001:db8::2]:5683"), packets[2].To);
        Assert.Empty(packets[2].Payload);
    }

    [Fact]
    public void A_capture_of_the_receivers_has_what_arrived_when_it_did()
    {
        VirtualNetwork network = Exchange();
        using MemoryStream file = new();
        network.Trace.WritePcap(file, arrivals: true);
        List<Packet> packets = Read(file.ToArray());
        Assert.Equal(
            [(1.75, s_get.Length), (1.75, s_get.Length), (3.25, 0), (3.25, 0)],
            packets.Select(p => ((p.Time - network.Clock.Epoch).TotalSeconds, p.Payload.Length)));
    }

    [Fact]
    public void The_checksums_are_those_of_known_packets()
    {
        // RFC 1071 by hand: 4500 0020 0000 0000 4011 ---- 0a00 0001 0a00 0002 sums to 0x9937 without carry.
        byte[] packet = Write(IPEndPoint.Parse("10.0.0.1:5683"), IPEndPoint.Parse("10.0.0.2:5683"), [0x40, 0x01, 0x00, 0x01]);
        Assert.Equal("450000200000000040116" + "6cb0a0000010a000002", Convert.ToHexStringLower(packet.AsSpan(0, 20)));
        Assert.Equal("16331633000c", Convert.ToHexStringLower(packet.AsSpan(20, 6)));
    }

    [Fact]
    public void A_checksum_of_nought_is_sent_as_all_ones()
    {
        // RFC 768: find the two bytes that bring the sum to 0xffff.
        byte[] datagram = new byte[2];
        byte[] packet = Write(IPEndPoint.Parse("10.0.0.1:1"), IPEndPoint.Parse("10.0.0.2:2"), datagram);
        packet.AsSpan(26, 2).CopyTo(datagram);
        packet = Write(IPEndPoint.Parse("10.0.0.1:1"), IPEndPoint.Parse("10.0.0.2:2"), datagram);
        Assert.Equal(0xffff, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(26)));
    }

    [Fact]
    public void What_UDP_cannot_carry_is_refused()
    {
        PcapWriter writer = new(Stream.Null, new VirtualClock());
        Assert.Throws<ArgumentException>(() => writer.Write(default, IPEndPoint.Parse("10.0.0.1:1"), IPEndPoint.Parse("[::1]:1"), []));
        Assert.Throws<ArgumentException>(
            () => writer.Write(default, IPEndPoint.Parse("10.0.0.1:1"), IPEndPoint.Parse("10.0.0.2:1"), new byte[65_508]));
    }

    // Where tcpdump is installed it is asked too: an independent reader of the format.
    [Fact]
    public void Tcpdump_reads_it_and_finds_the_checksums_right()
    {
        string path = Path.Combine(Path.GetTempPath(), $"ipso-{Guid.NewGuid():N}.pcap");
        try
        {
            using (FileStream file = File.Create(path))
            {
                Exchange().Trace.WritePcap(file);
            }

            if (Tcpdump(path) is { } output)
            {
                Assert.Contains("10.0.0.1.5683 > 10.0.0.2.5683: [udp sum ok]", output, StringComparison.Ordinal);
                Assert.Contains("2001:db8::1.61616 > 2001:db8::2.5683: [udp sum ok]", output, StringComparison.Ordinal);
                Assert.DoesNotContain("bad", output, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string? Tcpdump(string path)
    {
        try
        {
            ProcessStartInfo tcpdump = new("tcpdump", ["-nvv", "-r", path]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(tcpdump)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static VirtualNetwork Exchange()
    {
        VirtualNetwork network = new(seed: 1);
        VirtualNode<Recorder> client = network.Add("client", static _ => new Recorder());
        VirtualNode<Recorder> server = network.Add("server", static _ => new Recorder());
        VirtualNode<Recorder> client6 = network.Add("client6", static _ => new Recorder(), IPEndPoint.Parse("[2001:db8::1]:61616"));
        VirtualNode<Recorder> server6 = network.Add("server6", static _ => new Recorder(), IPEndPoint.Parse("[2001:db8::2]:5683"));
        network.Links = new LinkSettings { Duplication = 1, Delay = LinkDelay.Fixed(TimeSpan.FromSeconds(0.25)) };
        network.Run(TimeSpan.FromSeconds(1.5));
        client.Protocol.Send(server, s_get);
        network.Run(TimeSpan.FromSeconds(1));
        network.SetLink(client, server, new LinkSettings { Loss = 1 });
        client.Protocol.Send(server, 1, 2, 3);
        network.Run(TimeSpan.FromSeconds(0.5));
        client6.Protocol.Send(server6);
        network.Run(TimeSpan.FromSeconds(1));
        return network;
    }

    private static byte[] Write(IPEndPoint from, IPEndPoint to, byte[] datagram)
    {
        using MemoryStream file = new();
        new PcapWriter(file, new VirtualClock()).Write(default, from, to, datagram);
        return file.ToArray()[40..];
    }

    private static List<Packet> Read(byte[] file)
    {
        ReadOnlySpan<byte> rest = file;
        Assert.Equal(0xa1b2c3d4, BinaryPrimitives.ReadUInt32LittleEndian(rest));
        Assert.Equal((2, 4), (BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]), BinaryPrimitives.ReadUInt16LittleEndian(rest[6..])));
        Assert.Equal(101u, BinaryPrimitives.ReadUInt32LittleEndian(rest[20..]));
        rest = rest[24..];
        List<Packet> packets = [];
        while (!rest.IsEmpty)
        {
            DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32LittleEndian(rest))
                .AddMicroseconds(BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
            Assert.Equal(length, BinaryPrimitives.ReadInt32LittleEndian(rest[12..]));
            packets.Add(ReadPacket(time, rest.Slice(16, length)));
            rest = rest[(16 + length)..];
        }

        return packets;
    }

    private static Packet ReadPacket(DateTimeOffset time, ReadOnlySpan<byte> packet)
    {
        bool isIpv4 = packet[0] == 0x45;
        Assert.True(isIpv4 || packet[0] == 0x60);
        ReadOnlySpan<byte> udp = packet[(isIpv4 ? 20 : 40)..];
        ReadOnlySpan<byte> from = isIpv4 ? packet[12..16] : packet[8..24];
        ReadOnlySpan<byte> to = isIpv4 ? packet[16..20] : packet[24..40];
        Assert.Equal(17, isIpv4 ? packet[9] : packet[6]);
        Assert.Equal(isIpv4 ? packet.Length : udp.Length, BinaryPrimitives.ReadUInt16BigEndian(isIpv4 ? packet[2..] : packet[4..]));
        Assert.Equal(udp.Length, BinaryPrimitives.ReadUInt16BigEndian(udp[4..]));
        if (isIpv4)
        {
            Assert.Equal(0xffff, Fold([.. packet[..20]]));
        }

        // The pseudo-header of RFC 768 and RFC 8200, 8.1, written out.
        Assert.Equal(0xffff, Fold([.. from, .. to, 0, 17, (byte)(udp.Length >> 8), (byte)udp.Length, .. udp]));
        Assert.NotEqual(0, BinaryPrimitives.ReadUInt16BigEndian(udp[6..]));
        return new Packet(
            time,
            new IPEndPoint(new IPAddress(from), BinaryPrimitives.ReadUInt16BigEndian(udp)),
            new IPEndPoint(new IPAddress(to), BinaryPrimitives.ReadUInt16BigEndian(udp[2..])),
            udp[8..].ToArray());
    }

    // The one's complement sum, which a right checksum brings to all ones.
    private static int Fold(byte[] bytes)
    {
        int sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += bytes[i] << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return sum;
    }
}
