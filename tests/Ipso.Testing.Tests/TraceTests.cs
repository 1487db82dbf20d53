using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests;

public class TraceTests
{
    private readonly VirtualNetwork _network = new(seed: 3);
    private readonly VirtualNode<Recorder> _client;
    private readonly VirtualNode<Recorder> _server;

    public TraceTests()
    {
        _client = _network.Add("client", static _ => new Recorder());
        _server = _network.Add("server", static _ => new Recorder());
    }

    [Fact]
    public void A_line_says_when_who_and_what()
    {
        _network.RunTo(Instant.FromSeconds(12.345));
        Send(CoapDatagram.Con(CoapCode.Get, 0x1a2b).Token("4f").Observe(0).Path("/3303/0/5700").ToArray());
        Assert.Equal("12.345 s  client -> server  CON 0x1a2b GET /3303/0/5700 token 4f, Observe 0", _network.Trace[0].ToString());
    }

    [Theory]
    [InlineData("4000abcd", "CON 0xabcd ping")]
    [InlineData("6000abcd", "ACK 0xabcd")]
    [InlineData("7000abcd", "RST 0xabcd")]
    [InlineData("40010001", "CON 0x0001 GET /")]
    [InlineData("604500017132ff32312e35", "ACK 0x0001 2.05 Content Uri-Port 50, \"21.5\"")]
    [InlineData("5045000160ff00ff", "NON 0x0001 2.05 Content Observe 0, 2 bytes 00ff")]
    [InlineData("60450001d10a06", "ACK 0x0001 2.05 Content Block2 0/0/1024")]
    [InlineData("60450001d10a2e", "ACK 0x0001 2.05 Content Block2 2/1/1024")]
    [InlineData("e0", "1 byte e0 (TooShort)")]
    [InlineData("80010001", "4 bytes 80010001 (UnknownVersion)")]
    [InlineData("", "0 bytes (TooShort)")]
    public void Whatever_the_bytes_are_there_is_a_line(string hex, string expected) =>
        Assert.Equal(expected, CoapText.Describe(Convert.FromHexString(hex)));

    [Fact]
    public void Options_have_the_names_of_the_registry_and_values_of_their_format()
    {
        CoapDatagram message = CoapDatagram.Non(CoapCode.Post, 7).Path("/rd/a b").Query("ep=x&q=\"1\"")
            .ContentFormat(ContentFormat.LinkFormat).Accept(ContentFormat.SenMLCbor)
            .Option(CoapOptionNumber.UriHost, "example.org").Option(CoapOptionNumber.IfMatch, [1, 2])
            .Option(CoapOptionNumber.IfNoneMatch, []).Option(CoapOptionNumber.ETag, [0xab]).Option((CoapOptionNumber)2049, [9])
            .Payload("a\"b");
        Assert.Equal(
            "NON 0x0007 POST /rd/a%20b?ep=x&q=\"1\" If-Match 0102, Uri-Host \"example.org\", ETag ab, If-None-Match, Content-Format 40, "
            + "Accept 112, Option 2049 09, \"a\\\"b\"",
            message.ToString());
    }

    [Fact]
    public void Long_payloads_are_cut_off()
    {
        string line = CoapDatagram.Non(CoapCode.Content, 7).Payload(new byte[100]).ToString();
        Assert.Equal($"NON 0x0007 2.05 Content 100 bytes {new string('0', 64)}...", line);
    }

    [Fact]
    public void What_is_unusual_about_the_way_stands_behind()
    {
        _network.Links = new LinkSettings { Loss = 1 };
        Send(0);
        _network.Links = new LinkSettings { Mtu = 68 };
        Send(new byte[41]);
        _network.Links = new LinkSettings { Duplication = 1, Delay = LinkDelay.Fixed(TimeSpan.FromSeconds(1)) };
        Send(1);
        _network.Links = new LinkSettings { Reordering = 1, ReorderingTime = TimeSpan.Zero };
        Send(2);
        _network.Links = LinkSettings.Perfect;
        _network.Cut([_client], [_server], TimeSpan.FromSeconds(1));
        Send(3);
        _network.Run(TimeSpan.FromSeconds(2));
        _server.Stop();
        Send(4);
        IEnumerable<string> ways = _network.Trace.Select(static e => e.ToString().Split(')', 2)[1].Trim());
        Assert.Equal(
            [
                "(lost)", "(too large)", "(arrives 1.000 s)", "(duplicate, arrives 1.000 s)", "(held back)", "(partitioned)",
                "(finds server down)",
            ],
            ways);
    }

    [Fact]
    public void A_trace_keeps_the_newest()
    {
        _network.Trace.Capacity = 10;
        for (byte i = 0; i < 250; i++)
        {
            Send(i);
        }

        Assert.Equal(Enumerable.Range(240, 10), _network.Trace.Select(static e => (int)e.Datagram.Span[0]));
        Assert.Equal(240, _network.Trace.Dropped);
        Assert.StartsWith("(240 entries before these)\n0.000 s", _network.Trace.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _network.Trace[10]);
        _network.Trace.Clear();
        Assert.Empty(_network.Trace);
    }

    private void Send(params byte[] datagram)
    {
        _client.Protocol.Send(_server, datagram);
        _network.Run(TimeSpan.Zero);
    }
}
