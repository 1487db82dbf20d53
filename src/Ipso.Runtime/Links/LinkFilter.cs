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
            return _pattern.MatchesWhole(link.Target);
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

    private bool IsOnTarget => _name.SequenceEqual("href"u8);

    // The parameters whose value is a list of words (RFC 6690, 2: relation-types; RFC 7252, 7.2.1): one of them has to match.
    private static bool IsList(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("rt"u8) || name.SequenceEqual("if"u8) || name.SequenceEqual("rel"u8) || name.SequenceEqual("rev"u8)
        || name.SequenceEqual("ct"u8);
}
