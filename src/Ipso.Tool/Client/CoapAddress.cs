using Ipso.Lwm2m;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Payloads;

namespace Ipso.Tool.Client;

/// <summary>
/// A URI as somebody writes it, whose path may name objects and resources: <c>coap://host/Temperature/0/SensorValue</c> is
/// <c>coap://host/3303/0/5700</c>. A path that is none of LwM2M's stays as it is.
/// </summary>
/// <param name="Uri">The URI, with ids.</param>
/// <param name="Path">The path of LwM2M; null where it is none.</param>
internal sealed record CoapAddress(string Uri, Lwm2mPath? Path)
{
    private const string SchemeEnd = "://";

    /// <summary>Reads it.</summary>
    /// <exception cref="Fault">It is no URI, or a name below an object is not known.</exception>
    public static CoapAddress Parse(string text, ObjectNames names)
    {
        int scheme = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (scheme <= 0)
        {
            throw Fault.Usage($"'{text}' is no URI of CoAP; write it like coap://192.0.2.1/Temperature/0/SensorValue");
        }

        int start = text.IndexOf('/', scheme + SchemeEnd.Length);
        int query = text.IndexOf('?', StringComparison.Ordinal);
        string path = start < 0 || (query >= 0 && query < start) ? "" : text[start..(query < 0 ? text.Length : query)];
        if (path is "" or "/")
        {
            return new CoapAddress(text, Lwm2mPath.Root);
        }

        // Devices of other kinds have resources of any name: only what begins with an object is ours to read.
        string[] segments = Array.ConvertAll(path.TrimEnd('/').Split('/')[1..], System.Uri.UnescapeDataString);
        if (!names.IsObject(segments[0]))
        {
            return new CoapAddress(text, null);
        }

        Lwm2mPath read = names.Parse("/" + string.Join('/', segments));
        return new CoapAddress($"{text[..start]}{read}{(query < 0 ? "" : text[query..])}", read);
    }
}
