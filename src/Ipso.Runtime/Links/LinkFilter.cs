namespace Ipso.Links;

/// <summary>
/// A filter of links, the query of a <c>GET /.well-known/core</c> (RFC 6690, 4.1): <c>rt=temperature-c</c>, <c>href=/3303*</c>.
/// The default lets every link through.
/// </summary>
public readonly ref struct LinkFilter
{
    private readonly ReadOnlySpan<byte> _name;
    private readonly LinkPattern _pattern;

    private LinkFilter(ReadOnlySpan<byte> name, LinkPattern pattern)
    {
        _name = name;
        _pattern = pattern;
    }

    /// <summary>Reads a filter.</summary>
    /// <param name="query">
    /// An argument of the query, without percent-encoding: <c>name=value</c>, with a <c>*</c> at its end where more may follow.
    /// </param>
    /// <param name="filter">The filter.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> query, out LinkFilter filter)
    {
        filter = default;
        int equals = query.IndexOf((byte)'=');
        if (equals < 0 || !LinkGrammar.IsName(query[..equals]))
        {
            return false;
        }

        ReadOnlySpan<byte> value = query[(equals + 1)..];
        bool isPrefix = value is [.., (byte)'*'];
        filter = new(query[..equals], new(isPrefix ? value[..^1] : value, isPrefix));
        return true;
    }

    /// <summary>Whether a link is let through.</summary>
    /// <param name="link">The link.</param>
    public bool Matches(scoped in Link link)
    {
        if (_name.IsEmpty)
        {
            return true;
        }

        if (IsOnTarget)
        {
            return _pattern.MatchesTarget(link.Target);
        }

        foreach (LinkParameter parameter in link.Parameters)
        {
            if (parameter.Name.SequenceEqual(_name)
                && (IsList(_name) ? _pattern.MatchesWord(parameter) : _pattern.MatchesWhole(parameter)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keeps of a text of links those that are let through.</summary>
    /// <param name="links">The links, CoRE link format (RFC 6690).</param>
    /// <param name="destination">
    /// As long as the links. It may be where they stand: so one filter after the other is applied, and a link has to pass them all.
    /// </param>
    /// <param name="written">The length of what is kept; 0 if the result is false.</param>
    /// <returns>False if the links are malformed, or there is no room.</returns>
    public bool TryApply(ReadOnlySpan<byte> links, Span<byte> destination, out int written)
    {
        written = 0;
        int length = 0;
        LinkFormatReader reader = new(links);
        while (reader.Next())
        {
            if (!Matches(reader.Current))
            {
                continue;
            }

            ReadOnlySpan<byte> link = links[reader.LinkStart..reader.LinkEnd];
            int comma = length > 0 ? 1 : 0;
            if (comma + link.Length > destination.Length - length)
            {
                return false;
            }

            // The link first: in place, the comma goes where it may begin.
            link.CopyTo(destination[(length + comma)..]);
            ","u8[..comma].CopyTo(destination[length..]);
            length += comma + link.Length;
        }

        bool isWhole = reader.Error.Fault == LinkFault.None;
        written = isWhole ? length : 0;
        return isWhole;
    }

    private bool IsOnTarget => _name.SequenceEqual("href"u8);

    // The parameters whose value is a list of words (RFC 6690, 2: relation-types; RFC 7252, 7.2.1): one of them has to match.
    private static bool IsList(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("rt"u8) || name.SequenceEqual("if"u8) || name.SequenceEqual("rel"u8) || name.SequenceEqual("rev"u8)
        || name.SequenceEqual("ct"u8);
}
