using System.Net;
using System.Text;
using Ipso.Coap;

namespace Ipso.Net;

/// <summary>What a URI says about where a request goes.</summary>
/// <param name="Host">The host as <see cref="CoapUri.Host"/> has it; empty of a path.</param>
/// <param name="IsAddress">Whether the host is an address.</param>
/// <param name="Port">The port; 0 of a path.</param>
/// <param name="Path">The path in URI form.</param>
/// <param name="Query">The query in URI form, without question mark.</param>
internal readonly record struct CoapTarget(string Host, bool IsAddress, ushort Port, string Path, string Query)
{
    public bool IsRelative => Host.Length == 0;

    /// <summary>Reads a URI or a path.</summary>
    /// <param name="text">The URI or path.</param>
    /// <param name="takesConnections">Whether it may be a URI of a transport with connections, such as coap+tcp.</param>
    /// <param name="isSecure">Whether it has to be one of coaps.</param>
    /// <exception cref="ArgumentException">It is neither, or its scheme is not the client's.</exception>
    public static CoapTarget Parse(string text, bool takesConnections = false, bool isSecure = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isRelative = text is [] or ['/' or '?', ..] || !text.Contains("://", StringComparison.Ordinal);
        var buffer = new byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        CoapUriFault fault;
        bool isUri = isRelative
            ? CoapUri.TryParseRelative(text, buffer, out CoapUri uri, out fault)
            : CoapUri.TryParse(text, buffer, out uri, out fault);
        if (!isUri)
        {
            throw new ArgumentException($"'{text}' is no URI of CoAP: {Describe(fault)}.", nameof(text));
        }

        CoapScheme wanted = isSecure ? CoapScheme.Coaps : CoapScheme.Coap;
        if (!isRelative && uri.Scheme != wanted && !(takesConnections && !isSecure && uri.Scheme.Framing != CoapFraming.Datagram))
        {
            throw new ArgumentException(
                $"'{text}': this client speaks {Encoding.ASCII.GetString(wanted.Name)}, and not {Encoding.ASCII.GetString(uri.Scheme.Name)}: "
                    + $"{Advise(uri.Scheme, takesConnections, isSecure)}.",
                nameof(text));
        }

        return new CoapTarget(
            Encoding.UTF8.GetString(uri.Host),
            uri.IsAddress,
            uri.Port,
            Encoding.UTF8.GetString(uri.Path),
            Encoding.UTF8.GetString(uri.Query));
    }

    private static string Advise(CoapScheme scheme, bool takesConnections, bool isSecure) =>
        scheme.Framing != CoapFraming.Datagram
            ? takesConnections
                ? "CoapClientOptions.Security is for coaps alone, and TLS has CoapClientOptions.Tls"
                : "CoapClient.ConnectAsync makes one that does"
            : isSecure ? "with CoapClientOptions.Security there is no other" : "that takes CoapClientOptions.Security";

    private static string Describe(CoapUriFault fault) => fault switch
    {
        CoapUriFault.Scheme => "it has no scheme of CoAP, coap://",
        CoapUriFault.Host => "there is something wrong with its host",
        CoapUriFault.UserInfo => "CoAP knows no user before the host",
        CoapUriFault.Port => "its port is no number from 1 to 65535",
        CoapUriFault.Fragment => "a fragment goes on no wire",
        CoapUriFault.Character => "a character has to be escaped",
        CoapUriFault.TooLong => "a segment or an argument has more than 255 bytes",
        _ => fault.ToString(),
    };
}

/// <summary>A server that a request goes to.</summary>
/// <param name="EndPoint">Address and port.</param>
/// <param name="UriHost">The name for Uri-Host; empty for an address (RFC 7252, 6.4).</param>
internal sealed record CoapServerAddress(IPEndPoint EndPoint, string UriHost)
{
    public string Shown { get; } = EndPoint.ToString();

    /// <summary>What telemetry calls the server: its name, or else its address.</summary>
    public string Address => UriHost.Length > 0 ? UriHost : EndPoint.Address.ToString();
}
