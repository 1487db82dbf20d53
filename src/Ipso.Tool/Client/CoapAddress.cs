using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Payloads;

namespace Ipso.Tool.Client;

/// <summary>
/// A URI as somebody writes it, whose path may name objects and resources: <c>coap://host/Temperature/0/SensorValue</c> is
/// <c>coap://host/3303/0/5700</c>. A path that is none of LwM2M's stays as it is.
/// </summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Server">Scheme, host and port.</param>
/// <param name="Reference">Path and query, with ids.</param>
/// <param name="Path">The path of LwM2M; null where it is none.</param>
internal sealed record CoapAddress(CoapScheme Scheme, string Server, string Reference, Lwm2mPath? Path)
{
    private const string SchemeEnd = "://";

    /// <summary>The URI, with ids.</summary>
    public string Uri => Server + Reference;

    /// <summary>Reads it.</summary>
    /// <param name="text">The URI.</param>
    /// <param name="names">The names.</param>
    /// <param name="isPlain">Whether names are to stay what they are.</param>
    /// <exception cref="Fault">It is no URI, or a name below an object is not known.</exception>
    public static CoapAddress Parse(string text, ObjectNames names, bool isPlain)
    {
        byte[] buffer = new byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        if (!CoapUri.TryParse(text, buffer, out CoapUri uri, out CoapUriFault fault))
        {
            throw Fault.Usage($"'{text}' is no URI of CoAP: {Describe(fault)}");
        }

        int end = text.IndexOfAny(['/', '?'], text.IndexOf(SchemeEnd, StringComparison.Ordinal) + SchemeEnd.Length);
        string server = end < 0 ? text : text[..end];
        string path = Encoding.UTF8.GetString(uri.Path);
        string query = uri.HasQuery ? "?" + Encoding.UTF8.GetString(uri.Query) : "";
        if (path is "" or "/")
        {
            return new CoapAddress(uri.Scheme, server, "/" + query, Lwm2mPath.Root);
        }

        // Devices of other kinds have resources of any name: only what begins with an object is ours to read.
        string[] segments = Array.ConvertAll(path.TrimEnd('/').Split('/')[1..], System.Uri.UnescapeDataString);
        if (isPlain || !IsOfObject(segments, names))
        {
            return new CoapAddress(uri.Scheme, server, path + query, null);
        }

        Lwm2mPath read = names.Parse("/" + string.Join('/', segments));
        return new CoapAddress(uri.Scheme, server, read + query, read);
    }

    // /time and /location are paths that any server may have: a name stands for an object as classes are spelled, or with an instance behind it.
    private static bool IsOfObject(string[] segments, ObjectNames names) =>
        segments[0].Length > 0
        && (segments.Length > 1 ? IsId(segments[1]) : IsId(segments[0]) || char.IsUpper(segments[0][0]))
        && names.IsObject(segments[0]);

    private static bool IsId(string segment) => Lwm2mPath.TryParseId(Encoding.UTF8.GetBytes(segment), out _);

    private static string Describe(CoapUriFault fault) => fault switch
    {
        CoapUriFault.Scheme => "it begins with coap://, coaps://, coap+tcp://, coaps+tcp://, coap+ws:// or coaps+ws://, like coap://192.0.2.1/Temperature/0",
        CoapUriFault.Host => "something is wrong with its host",
        CoapUriFault.UserInfo => "CoAP knows no user before the host",
        CoapUriFault.Port => "its port is no number from 1 to 65535",
        CoapUriFault.Fragment => "a fragment goes on no wire",
        CoapUriFault.TooLong => "a segment or an argument has more than 255 bytes",
        _ => "a character has to be escaped",
    };
}
