using System.Text;
using Ipso.Buffers;
using Ipso.Coap;

namespace Ipso.Lwm2m.Device;

/// <summary>Where a server is, as its LwM2M Server URI says (0/x/0).</summary>
/// <param name="Host">A name in lower case, or an address without brackets.</param>
/// <param name="IsAddress">Whether the host is an address.</param>
/// <param name="Port">The port; that of the scheme where the URI has none.</param>
/// <param name="Scheme">The scheme: <c>coap</c>, <c>coaps</c>, <c>coap+tcp</c> or <c>coaps+tcp</c>.</param>
internal readonly record struct ServerUri(string Host, bool IsAddress, ushort Port, CoapScheme Scheme)
{
    /// <summary>Whether the transport is secured.</summary>
    internal bool IsSecured => Scheme.IsSecure;

    /// <summary>The scheme, as it stands in the URI.</summary>
    internal string SchemeName => Encoding.UTF8.GetString(Scheme.Name);

    /// <summary>Whether the peer is a session or a connection, which is made and ends, and not an address.</summary>
    internal bool IsConnected => Scheme != CoapScheme.Coap;

    /// <summary>Reads a URI.</summary>
    /// <param name="text">The URI, for example <c>coap://leshan.example:5683</c>.</param>
    /// <param name="uri">What it says.</param>
    /// <param name="fault">What is wrong, as the rest of a sentence that begins with the URI; empty if the result is true.</param>
    internal static bool TryParse(string text, out ServerUri uri, out string fault)
    {
        uri = default;
        byte[] buffer = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        fault = CoapUri.TryParse(text, buffer, out CoapUri parsed, out CoapUriFault what)
            ? parsed.Scheme.Framing == CoapFraming.WebSocket
                ? $"has the scheme {Encoding.UTF8.GetString(parsed.Scheme.Name)}, and there is no transport for it, as there is for coap, coaps, coap+tcp and coaps+tcp"
                : parsed.Path.Length > 1 || parsed.HasQuery ? "has a path or a query, and a server has neither" : ""
            : what switch
            {
                CoapUriFault.Scheme => "has no scheme of CoAP: a server is at coap://host or coaps://host, perhaps with :port",
                CoapUriFault.Host => "has a host that is neither a name nor an address",
                CoapUriFault.Port => "has a port that is no number from 1 to 65535",
                _ => Phrase.Of($"is no URI of CoAP ({what})"),
            };
        if (fault.Length > 0)
        {
            return false;
        }

        uri = new(Encoding.UTF8.GetString(parsed.Host), parsed.IsAddress, parsed.Port, parsed.Scheme);
        return true;
    }
}
