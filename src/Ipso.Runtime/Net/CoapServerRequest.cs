using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>A request as a handler of <see cref="CoapServer"/> sees it: a copy, which lives as long as the handler needs it.</summary>
public sealed class CoapServerRequest
{
    private readonly string[] _names;
    private readonly string[] _values;
    private readonly List<byte[]> _ifMatch = [];
    private readonly List<string> _query = [];

    internal CoapServerRequest(in CoapRequest request, CoapMatch match, Stream? body)
    {
        (_names, _values) = (match.Node?.Names ?? [], match.Values);
        Method = request.Code;
        From = request.From;
        ContentFormat = request.ContentFormat;
        Accept = request.Accept;
        IfNoneMatch = request.IfNoneMatch;
        IsMulticast = request.IsMulticast;
        Payload = body is null ? request.Payload.ToArray() : default;
        Body = body ?? new MemoryStream(Payload.ToArray(), writable: false);
        Path = PathOf(request);
        foreach (ReadOnlySpan<byte> argument in request.UriQuery)
        {
            _query.Add(Encoding.UTF8.GetString(argument));
        }

        foreach (ReadOnlySpan<byte> value in request.IfMatch)
        {
            _ifMatch.Add(value.ToArray());
        }
    }

    /// <summary>The method.</summary>
    public CoapCode Method { get; }

    /// <summary>The path in URI form.</summary>
    public string Path { get; }

    /// <summary>Who asks; <see cref="UdpAddress.ToEndPoint"/> gives the address of a peer without security.</summary>
    public PeerId From { get; }

    /// <summary>
    /// Who asks, as the protection of the message has proved (<see cref="CoapServerOptions.Protection"/>), or else the security of the
    /// listener: by a key, or by a certificate; null where nothing was proved.
    /// </summary>
    public PeerIdentity? Identity { get; internal init; }

    /// <summary>The format of the payload; null if the request does not say.</summary>
    public ContentFormat? ContentFormat { get; }

    /// <summary>The format wanted; null for any.</summary>
    public ContentFormat? Accept { get; }

    /// <summary>Whether the request went to a group of servers.</summary>
    public bool IsMulticast { get; }

    /// <summary>Whether the request is to be done only if the target does not exist (RFC 7252, 5.10.8.2).</summary>
    public bool IfNoneMatch { get; }

    /// <summary>The whole payload; empty where the body is streamed.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>
    /// The payload as a stream. Where the route streams (<see cref="CoapRoute.StreamBody"/>) it comes while it is read, and reading throws
    /// a <see cref="CoapException"/> if the client does not go on.
    /// </summary>
    public Stream Body { get; }

    /// <summary>The arguments of the query.</summary>
    public IReadOnlyList<string> Query => _query;

    /// <summary>What stands in the path in place of a parameter of the template.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <returns>The segment, decoded.</returns>
    /// <exception cref="KeyNotFoundException">The template has no such parameter.</exception>
    public string this[string parameter] => Array.IndexOf(_names, parameter) is >= 0 and int i
        ? _values[i]
        : throw new KeyNotFoundException($"The path has no parameter {parameter}.");

    /// <summary>The value of an argument <c>name=value</c> of the query.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The value, empty for an argument that is a name alone; null if there is none.</returns>
    public string? FindQuery(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (string argument in _query)
        {
            if (argument == name)
            {
                return "";
            }

            if (argument.Length > name.Length && argument[name.Length] == '=' && argument.StartsWith(name, StringComparison.Ordinal))
            {
                return argument[(name.Length + 1)..];
            }
        }

        return null;
    }

    /// <summary>The payload as UTF-8.</summary>
    /// <returns>The text; bytes that are none become U+FFFD.</returns>
    public string GetText() => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>Judges If-Match and If-None-Match (RFC 7252, 5.10.8); if they do not hold, the answer is 4.12.</summary>
    /// <param name="exists">Whether the target exists.</param>
    /// <param name="eTag">The entity-tag of its current representation; empty if it has none.</param>
    /// <returns>True if there are no preconditions, or they hold.</returns>
    public bool PreconditionsHold(bool exists, ReadOnlySpan<byte> eTag = default)
    {
        bool matches = _ifMatch.Count == 0;
        foreach (byte[] value in _ifMatch)
        {
            matches |= exists && (value.Length == 0 || eTag.SequenceEqual(value));
        }

        return matches && !(IfNoneMatch && exists);
    }

    internal static string PathOf(in CoapRequest request)
    {
        var path = new StringBuilder();
        foreach (ReadOnlySpan<byte> segment in request.UriPath)
        {
            path.Append('/').Append(Uri.EscapeDataString(Encoding.UTF8.GetString(segment)));
        }

        return path.Length == 0 ? "/" : path.ToString();
    }
}
