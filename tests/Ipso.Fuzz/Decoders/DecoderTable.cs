using System.Text;
using Ipso.Coap;
using Ipso.Dtls;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Scripts;
using Ipso.Fuzz.Servers;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Fuzz.Decoders;

/// <summary>Every decoder of the runtime that takes bytes from a peer, a line each.</summary>
internal static class DecoderTable
{
    /// <summary>The decoders, new ones: each keeps its own objects, and is one thread's.</summary>
    internal static IReadOnlyList<Decoder> Create() =>
    [
        .. Enum.GetValues<ContentFormat>().Where(Representation.Supports).Select(static format => new RepresentationDecoder(format)),
        .. Enum.GetValues<ContentFormat>().Where(Representation.Supports).Where(static format => !Representation.IsSingleValue(format))
            .Select(static format => new TreeDecoder(
                format, RepresentationDecoder.NameOf(format) + "-of-several", RepresentationDecoder.DialectOf(format))),
        new SpanDecoder("paths-json", Dialect.Json, PackDecoders.PathsJson, () => PathLists(ContentFormat.SenMLJson)),
        new SpanDecoder("paths-cbor", Dialect.Cbor, PackDecoders.PathsCbor, () => PathLists(ContentFormat.SenMLCbor)),
        .. Enum.GetValues<ContentFormat>().Where(Representation.Supports)
            .Select(static format => new BlockDecoder(new RepresentationDecoder(format))),
        // Where the payload is the value there is nothing to read it as.
        .. Enum.GetValues<ContentFormat>().Where(static format => Representation.Supports(format)
                && format is not (ContentFormat.PlainText or ContentFormat.OctetStream))
            .Select(static format => new RecordsDecoder(new RepresentationDecoder(format))),
        new UsualFormDecoder(ContentFormat.SenMLJson),
        new UsualFormDecoder(ContentFormat.SenMLCbor),
        new UsualFormDecoder(ContentFormat.Tlv),
        new UsualFormDecoder(ContentFormat.Lwm2mCbor),
        new SpanDecoder("execute-arguments", Dialect.Text, TextDecoders.ExecuteArguments, () => Texts("0='a',1,5='b'", "2='10.3'", "7")),
        new SpanDecoder("path", Dialect.Text, TextDecoders.Path, () => Texts("/", "/3", "/3303/0", "/3303/0/5700", "/3/0/6/65534")),
        new SpanDecoder("object-link", Dialect.Text, TextDecoders.ObjectLink, () => Texts("3303:0", "65535:65535", "10:1")),
        new SpanDecoder("coap-message", Dialect.Coap, MessageDecoders.CoapMessage),
        new SpanDecoder(
            "coap-extended-token", Dialect.Coap, MessageDecoders.CoapExtendedTokens, () => MessageDecoders.Examples(CoapFraming.Datagram)),
        new SpanDecoder(
            "coap-stream-message", Dialect.Coap, MessageDecoders.CoapStreamMessage, () => MessageDecoders.Examples(CoapFraming.Stream)),
        new SpanDecoder(
            "coap-websocket", Dialect.Coap, MessageDecoders.CoapWebSocketMessage, () => MessageDecoders.Examples(CoapFraming.WebSocket)),
        new SpanDecoder(
            "oscore-option", Dialect.Cbor, OscoreDecoders.Option,
            () => [[0x09, 0x05, 0x25], [0x19, 0x14, 2, 0x37, 0xcb], [0x01, 0x07], []]),
        new SpanDecoder("oscore-message", Dialect.Coap, OscoreDecoders.Message, OscoreDecoders.Examples),
        new StreamDecoder(),
        new WebSocketDecoder(),
        new EndpointDecoder("coap-endpoint", new DatagramScript(), ScriptExamples.Datagrams),
        new EndpointDecoder("coap-stream-endpoint", new StreamScript(), ScriptExamples.Streams),
        new EndpointDecoder("protected", new ProtectedScript(), ScriptExamples.Datagrams),
        new EndpointDecoder("secured", new SecuredScript(), ScriptExamples.Secured, allocates: 1 << 20),
        new ServerDecoder(),
        new SpanDecoder("dtls-hello", Dialect.Tlv, new HelloDecoder(new StatelessHello()).Decode, HelloDecoder.Examples),
        new SpanDecoder("coap-uri", Dialect.Text, UriDecoder.Decode, () => Texts(s_uris)),
        new SpanDecoder("cbor-skip", Dialect.Cbor, TokenDecoders.CborSkip, () => EncodedIn(Dialect.Cbor)),
        new SpanDecoder("missing-blocks", Dialect.Cbor, TokenDecoders.MissingBlocks, () => [[1, 3, 24, 32, 25, 1, 0, 26, 0, 1, 0, 0], [0]]),
        new SpanDecoder("json-skip", Dialect.Json, TokenDecoders.JsonSkip, () => EncodedIn(Dialect.Json)),
        new SpanDecoder("senml-pack-json", Dialect.Json, PackDecoders.SenMLJson, () => EncodedIn(Dialect.Json)),
        new SpanDecoder("senml-pack-cbor", Dialect.Cbor, PackDecoders.SenMLCbor, () => EncodedIn(Dialect.Cbor)),
        new SpanDecoder("links", Dialect.Text, PackDecoders.Rfc6690Links, () => Texts(Registration)),
        new SpanDecoder("links-tolerant", Dialect.Text, PackDecoders.TolerantLinks, () => Texts(Registration)),
        new SpanDecoder("link-query", Dialect.Text, PackDecoders.LinkQuery, () => Texts("rt=oma*", "if=\"sensor\"", "href=/3")),
        new SpanDecoder(
            "attribute-query", Dialect.Text, PackDecoders.Attributes, () => Texts("pmin=10&pmax=60&gt=25.5&lt=-4&st=0.5", "edge=1")),
    ];

    private const string Registration = "</>;rt=\"oma.lwm2m\";ct=\"60 110 112\",</1/0>,</3303>;ver=1.1,</3303/0>;title=\"a \\\"b\\\"\"";

    private static readonly string[] s_uris =
    [
        "coap://h", "coaps://Example.net:5684/", "coap+tcp://[2001:db8::1]/3303/0/5700", "coap://192.0.2.1:61616/a%2Fb/../c?rt=x&if=y%26",
        "coaps+ws://[fe80::1%25eth0]/.well-known/core?href=/a*", "coap+ws://b%C3%BCcher/?", "coap://h//a/./%2E%2e/",
    ];

    private static IEnumerable<byte[]> Texts(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);

    private static IEnumerable<byte[]> PathLists(ContentFormat format)
    {
        Lwm2mPath[] paths = [new(3), new(3303, 0, 5700), new(3, 0, 6, 65534), Lwm2mPath.Root, new(1, 0), new(26241, 7, 101, 9)];
        byte[] buffer = new byte[512];
        for (int count = 1; count <= paths.Length; count++)
        {
            if (PathPack.TryWrite(paths.AsSpan(0, count), format, buffer, out int written))
            {
                yield return buffer[..written];
            }
        }
    }

    private static IEnumerable<byte[]> EncodedIn(Dialect dialect) =>
        Create().OfType<RepresentationDecoder>().Where(decoder => decoder.Dialect == dialect)
            .SelectMany(static decoder => decoder.Examples()).Select(static example => example.Bytes);
}
