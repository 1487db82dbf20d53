using System.Text;
using Ipso.Coap;
using Ipso.Tests.Lwm2m;

namespace Ipso.Tests.Coap;

public class CoapUriTests
{
    [Theory]
    [InlineData("coap://h", CoapScheme.Coap, "h", 5683, "")]
    [InlineData("coaps://h/", CoapScheme.Coaps, "h", 5684, "/")]
    [InlineData("coap+tcp://h", CoapScheme.CoapTcp, "h", 5683, "")]
    [InlineData("coaps+tcp://h", CoapScheme.CoapsTcp, "h", 5684, "")]
    [InlineData("coap+ws://h/x", CoapScheme.CoapWs, "h", 80, "/x")]
    [InlineData("coaps+ws://h", CoapScheme.CoapsWs, "h", 443, "")]
    [InlineData("COAP://EXAMPLE.net:61616/A", CoapScheme.Coap, "example.net", 61616, "/A")]
    [InlineData("coap://h:/", CoapScheme.Coap, "h", 5683, "/")]
    [InlineData("coap://h:005683", CoapScheme.Coap, "h", 5683, "")]
    [InlineData("coap://b%C3%BCcher.EXAMPLE", CoapScheme.Coap, "bücher.example", 5683, "")]
    [InlineData("coap://h?x", CoapScheme.Coap, "h", 5683, "")]
    public void A_URI_is_taken_apart(string text, CoapScheme scheme, string host, int port, string path)
    {
        Assert.True(Parse(text, out CoapUri uri, out _));
        Assert.Equal((scheme, host, port, path), (uri.Scheme, Text(uri.Host), uri.Port, Text(uri.Path)));
        Assert.False(uri.IsAddress);
    }

    [Theory]
    [InlineData("coap://127.0.0.1", "127.0.0.1")]
    [InlineData("coap://[::1]:5683", "::1")]
    [InlineData("coap://[::]", "::")]
    [InlineData("coap://[2001:db8::2:1]/a", "2001:db8::2:1")]
    [InlineData("coap://[1:2:3:4:5:6:7:8]", "1:2:3:4:5:6:7:8")]
    [InlineData("coap://[::ffff:192.0.2.1]", "::ffff:192.0.2.1")]
    [InlineData("coap://[1:2:3:4:5:6:7::]", "1:2:3:4:5:6:7::")]
    [InlineData("coap://[fe80::1%25eth0]", "fe80::1%eth0")]
    [InlineData("coap://[fe80::1%eth0]", "fe80::1%eth0")]
    public void An_address_goes_into_no_option(string text, string host)
    {
        Assert.True(Parse(text, out CoapUri uri, out _));
        Assert.Equal((host, true), (Text(uri.Host), uri.IsAddress));
        Assert.DoesNotContain(OptionsOf(uri, out _), option => option.StartsWith("3=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", CoapUriFault.Scheme)]
    [InlineData("coap:", CoapUriFault.Scheme)]
    [InlineData("coap:/h", CoapUriFault.Scheme)]
    [InlineData("coapx://h", CoapUriFault.Scheme)]
    [InlineData("//h/a", CoapUriFault.Scheme)]
    [InlineData("coap://", CoapUriFault.Host)]
    [InlineData("coap:///a", CoapUriFault.Host)]
    [InlineData("coap://:5683", CoapUriFault.Host)]
    [InlineData("coap://[::1", CoapUriFault.Host)]
    [InlineData("coap://[::1]x", CoapUriFault.Host)]
    [InlineData("coap://[1:2:3]", CoapUriFault.Host)]
    [InlineData("coap://[1::2::3]", CoapUriFault.Host)]
    [InlineData("coap://[1:2:3:4:5:6:7::8]", CoapUriFault.Host)]
    [InlineData("coap://[12345::]", CoapUriFault.Host)]
    [InlineData("coap://[:1]", CoapUriFault.Host)]
    [InlineData("coap://[::1.2.3]", CoapUriFault.Host)]
    [InlineData("coap://[::1.2.3.4:5]", CoapUriFault.Host)]
    [InlineData("coap://[v1.x]", CoapUriFault.Host)]
    [InlineData("coap://[fe80::1%]", CoapUriFault.Host)]
    [InlineData("coap://%5B::1%5D", CoapUriFault.Host)]
    [InlineData("coap://%5Bx", CoapUriFault.Host)]
    [InlineData("coap://a@h/", CoapUriFault.UserInfo)]
    [InlineData("coap://h:0", CoapUriFault.Port)]
    [InlineData("coap://h:65536", CoapUriFault.Port)]
    [InlineData("coap://h:99999999999999999999", CoapUriFault.Port)]
    [InlineData("coap://h:+1", CoapUriFault.Port)]
    [InlineData("coap://h/#x", CoapUriFault.Fragment)]
    [InlineData("coap://h/a b", CoapUriFault.Character)]
    [InlineData("coap://h/%4", CoapUriFault.Character)]
    [InlineData("coap://h/%xy", CoapUriFault.Character)]
    [InlineData("coap://h/[", CoapUriFault.Character)]
    [InlineData("coap://h?\"", CoapUriFault.Character)]
    [InlineData("coap://h h", CoapUriFault.Character)]
    public void What_is_no_URI_is_refused_with_the_reason(string text, CoapUriFault expected)
    {
        Assert.False(Parse(text, out _, out CoapUriFault fault));
        Assert.Equal(expected, fault);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("//", "/ /")]
    [InlineData("/a//b/", "/a / /b /")]
    [InlineData("/a/./b", "/a /b")]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/b/..", "/a /")]
    [InlineData("/../../a", "/a")]
    [InlineData("/a/%2E%2e/b/.", "/b /")]
    [InlineData("/...", "/...")]
    [InlineData("/a%2Fb", "/a/b")]
    [InlineData("/é%C3%A9", "/éé")]
    [InlineData("/!$&'()*+,;=:@~-._", "/!$&'()*+,;=:@~-._")]
    public void Paths_become_segments(string path, string expected)
    {
        Assert.True(Parse("coap://127.0.0.1" + path, out CoapUri uri, out _));
        OptionsOf(uri, out CoapMessage message);
        List<string> segments = [];
        foreach (ReadOnlySpan<byte> segment in message.Options.Values(CoapOptionNumber.UriPath))
        {
            segments.Add("/" + Text(segment));
        }

        Assert.Equal(expected, string.Join(' ', segments));
        Assert.True(CoapUri.TryParseRelative(path.TrimStart('/') == path ? path : path[1..], new byte[256], out _, out _));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("?", "")]
    [InlineData("?a=1&b", "a=1|b")]
    [InlineData("?&&", "||")]
    [InlineData("?a%26b=%3D/?:@", "a&b==/?:@")]
    public void Queries_become_arguments(string query, string? expected)
    {
        Assert.True(CoapUri.TryParseRelative("/x" + query, new byte[64], out CoapUri uri, out _));
        OptionsOf(uri, out CoapMessage message);
        List<string> arguments = [];
        foreach (ReadOnlySpan<byte> argument in message.Options.Values(CoapOptionNumber.UriQuery))
        {
            arguments.Add(Text(argument));
        }

        Assert.Equal(expected is null ? 0 : expected.Split('|').Length, arguments.Count);
        Assert.Equal(expected ?? "", string.Join('|', arguments));
    }

    [Fact]
    public void Pieces_are_as_long_as_options_may_be()
    {
        string longest = string.Concat(Enumerable.Repeat("%41", 255));
        Assert.True(Parse($"coap://{longest}/{longest}?{longest}", out CoapUri uri, out _));
        Assert.Equal(3, OptionsOf(uri, out _).Count);
        foreach (string text in new[] { $"coap://h/{longest}a", $"coap://h?{longest}a", $"coap://h/{new string('a', 256)}" })
        {
            Assert.False(Parse(text, out _, out CoapUriFault fault));
            Assert.Equal(CoapUriFault.TooLong, fault);
        }

        Assert.False(Parse($"coap://{longest}a", out _, out CoapUriFault host));
        Assert.Equal(CoapUriFault.Host, host);
        Assert.False(Parse("coap://h/\ud800", out _, out CoapUriFault surrogate));
        Assert.Equal(CoapUriFault.Character, surrogate);
        Assert.False(CoapUri.TryParse("coap://h/é", new byte[10], out _, out CoapUriFault small));
        Assert.Equal(CoapUriFault.BufferTooSmall, small);
        Assert.True(CoapUri.TryParse("coap://h/é", new byte[11], out _, out _));
    }

    [Fact]
    public void The_port_goes_on_the_wire_only_where_it_is_not_the_one_asked()
    {
        var buffer = new byte[64];
        Assert.True(Parse("coap://h:61616/a", out CoapUri uri, out _));
        var writer = new CoapMessageWriter(buffer, CoapType.Confirmable, CoapCode.Get, 1);
        uri.WriteHostTo(ref writer);
        uri.WritePortTo(ref writer, 61616);
        uri.WritePortTo(ref writer, 5683);
        int length = writer.Finish();
        Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, length), out CoapMessage message, out _));
        Assert.Equal(1, message.Options.Values(CoapOptionNumber.UriPort).Count());
        Assert.True(CoapUri.TryFormat(message.Options, CoapScheme.Coap, "192.0.2.1"u8, 5683, buffer.AsSpan(32), out int written));
        Assert.Equal("coap://h:61616/", Text(buffer.AsSpan(32, written)));
    }

    [Theory]
    [InlineData("coap://[fe80::1%25eth0]/a")]
    [InlineData("coap://192.0.2.1/a%2Fb?x%26=%22")]
    [InlineData("coap+ws://example.net/?")]
    [InlineData("coaps+tcp://example.net:1/%C3%A9//")]
    public void Options_become_the_URI_that_they_came_from(string text)
    {
        Assert.True(Parse(text, out CoapUri uri, out _));
        OptionsOf(uri, out CoapMessage message);
        var buffer = new byte[text.Length];
        Assert.True(CoapUri.TryFormat(message.Options, uri.Scheme, uri.Host, uri.Port, buffer, out int written));
        Assert.Equal(text, Text(buffer.AsSpan(0, written)));
        Assert.False(CoapUri.TryFormat(message.Options, uri.Scheme, uri.Host, uri.Port, buffer.AsSpan(1), out written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData(CoapOptionNumber.UriHost, "", 256)]
    [InlineData(CoapOptionNumber.UriPort, "abc", 0)]
    [InlineData(CoapOptionNumber.UriPath, "..", 0)]
    [InlineData(CoapOptionNumber.UriPath, ".", 0)]
    public void Options_that_no_URI_can_say_become_none(CoapOptionNumber number, string value, int padding)
    {
        var buffer = new byte[512];
        var writer = new CoapMessageWriter(buffer, CoapType.Confirmable, CoapCode.Get, 1);
        writer.Option(number, value + new string('a', padding));
        Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, writer.Finish()), out CoapMessage message, out _));
        Assert.False(CoapUri.TryFormat(message.Options, CoapScheme.Coap, "h"u8, 5683, new byte[1024], out _));
    }

    [Fact]
    public void A_location_is_a_path_with_a_query()
    {
        var buffer = new byte[64];
        var writer = new CoapMessageWriter(buffer, CoapType.Acknowledgement, CoapCode.Created, 1);
        writer.Option(CoapOptionNumber.LocationPath, "rd");
        writer.Option(CoapOptionNumber.LocationPath, "a/b");
        writer.Option(CoapOptionNumber.LocationQuery, "x=1");
        writer.Option(CoapOptionNumber.LocationQuery, "y&");
        Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, writer.Finish()), out CoapMessage message, out _));
        var text = new byte[32];
        Assert.True(CoapUri.TryFormatLocation(message.Options, text, out int written));
        Assert.Equal("/rd/a%2Fb?x=1&y%26", Text(text.AsSpan(0, written)));
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var buffer = new byte[64];
        var datagram = new byte[64];
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            Assert.True(CoapUri.TryParse("coap://Example.net:1234/a/../3303/é?rt=a&b", buffer, out CoapUri uri, out _));
            var writer = new CoapMessageWriter(datagram, CoapType.Confirmable, CoapCode.Get, 1);
            uri.WriteHostTo(ref writer);
            uri.WritePortTo(ref writer, 5683);
            uri.WritePathTo(ref writer);
            uri.WriteQueryTo(ref writer);
            Assert.True(CoapMessage.TryParse(datagram.AsSpan(0, writer.Finish()), out CoapMessage message, out _));
            Assert.True(CoapUri.TryFormat(message.Options, CoapScheme.Coap, "::1"u8, 5683, buffer, out _));
        }));
    }

    internal static List<string> OptionsOf(CoapUri uri, out CoapMessage message)
    {
        var buffer = new byte[2048];
        var writer = new CoapMessageWriter(buffer, CoapType.Confirmable, CoapCode.Get, 1);
        uri.WriteHostTo(ref writer);
        uri.WritePortTo(ref writer, uri.Port);
        uri.WritePathTo(ref writer);
        uri.WriteQueryTo(ref writer);
        Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, writer.Finish()), out message, out _));
        List<string> options = [];
        foreach (CoapOption option in message.Options)
        {
            options.Add($"{(int)option.Number}={Convert.ToHexStringLower(option.Value)}");
        }

        return options;
    }

    private static bool Parse(string text, out CoapUri uri, out CoapUriFault fault) =>
        CoapUri.TryParse(text, new byte[3 * text.Length], out uri, out fault);

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
