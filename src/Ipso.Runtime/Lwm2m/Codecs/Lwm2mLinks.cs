using Ipso.Coap;
using Ipso.Links;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// What a device says of its object tree: the payload of a Register or Update (LwM2M TS Core, 6.2.1), of the answer to a Discover (6.3.2)
/// or a Bootstrap-Discover (6.1.7.3). A view into the payload, which has been checked as a whole; enumerate it.
/// </summary>
/// <remarks>
/// Taken as devices spell it: with blanks between links, a slash at the end of a path, versions in quotes or not. Links to something else
/// than an object tree and parameters that are not known are passed over.
/// </remarks>
public readonly ref struct Lwm2mLinks
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly bool _isRootOptional;

    // Without slash at its end: empty for the root "/".
    private readonly ReadOnlySpan<byte> _root;

    private Lwm2mLinks(ReadOnlySpan<byte> text, ReadOnlySpan<byte> root, bool isRootOptional, Lwm2mContentFormats contentFormats)
    {
        _text = text;
        _root = root;
        _isRootOptional = isRootOptional;
        ContentFormats = contentFormats;
    }

    /// <summary>
    /// The path that the object tree lies below, as it stands in the links: <c>/</c>, or an alternate path such as <c>/lwm2m</c>
    /// (LwM2M TS Transport, 6.4.1).
    /// </summary>
    public ReadOnlySpan<byte> Root => _root.IsEmpty ? "/"u8 : _root;

    /// <summary><c>ct</c> of the link to the root: the Content-Formats that the device says it has.</summary>
    public Lwm2mContentFormats ContentFormats { get; }

    /// <summary>Reads the payload of a Register or Update, where a link with <c>rt="oma.lwm2m"</c> may name another root.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="links">The links, none where anything is wrong.</param>
    /// <param name="error">What is wrong, and where.</param>
    /// <returns>Whether all of it is right.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Lwm2mLinks links, out LinkError error)
    {
        ReadOnlySpan<byte> root = default;
        LinkFormatReader reader = new(payload, LinkSyntax.Tolerant);
        while (reader.Next())
        {
            if (reader.Current.TryGet("rt"u8, out LinkParameter type) && type.ContainsWord("oma.lwm2m"u8))
            {
                root = reader.Current.Target;
                break;
            }
        }

        return TryParse(payload, root, isRootOptional: false, out links, out error);
    }

    /// <summary>Reads the answer of a device whose root is known. Devices put the root before paths or leave it out.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="root">The root that the device has registered with: <see cref="Root"/>.</param>
    /// <param name="links">The links, none where anything is wrong.</param>
    /// <param name="error">What is wrong, and where.</param>
    /// <returns>Whether all of it is right.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> root, out Lwm2mLinks links, out LinkError error) =>
        TryParse(payload, root, isRootOptional: true, out links, out error);

    /// <summary>Starts at the first link.</summary>
    /// <returns>The enumerator that <c>foreach</c> uses; it allocates nothing.</returns>
    public Enumerator GetEnumerator() => new(this);

    private static bool TryParse(
        ReadOnlySpan<byte> payload, ReadOnlySpan<byte> root, bool isRootOptional, out Lwm2mLinks links, out LinkError error)
    {
        Lwm2mLinks all = new(payload, root.TrimEnd((byte)'/'), isRootOptional, default);
        Lwm2mContentFormats contentFormats = default;
        links = default;
        LinkFormatReader reader = new(payload, LinkSyntax.Tolerant);
        while (reader.Next())
        {
            if (!all.IsPath(reader.Current.Target, out Lwm2mPath path))
            {
                continue;
            }

            bool isRight = Lwm2mLink.TryRead(path, reader.Current.Parameters, out _);
            if (path == Lwm2mPath.Root && reader.Current.TryGet("ct"u8, out LinkParameter formats) && formats.HasValue)
            {
                contentFormats = new(formats.RawValue);
                isRight &= contentFormats.AreNumbers;
            }

            if (!isRight)
            {
                error = new(LinkFault.WrongValue, reader.LinkStart);
                return false;
            }
        }

        error = reader.Error;
        if (error.Fault != LinkFault.None)
        {
            return false;
        }

        links = new(payload, all._root, isRootOptional, contentFormats);
        return true;
    }

    private bool IsPath(scoped ReadOnlySpan<byte> target, out Lwm2mPath path)
    {
        bool isBelowRoot = target.StartsWith(_root) && (target.Length == _root.Length || target[_root.Length] == '/');
        path = Lwm2mPath.Root;
        if (!isBelowRoot && !_isRootOptional)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = isBelowRoot ? target[_root.Length..] : target;
        if (rest is [.., (byte)'/'])
        {
            rest = rest[..^1];
        }

        return rest.IsEmpty ? !target.IsEmpty : Lwm2mPath.TryParse(rest, out path);
    }

    /// <summary>Walks the links.</summary>
    public ref struct Enumerator
    {
        private readonly Lwm2mLinks _links;
        private LinkFormatReader _reader;

        internal Enumerator(Lwm2mLinks links)
        {
            _links = links;
            _reader = new(links._text, LinkSyntax.Tolerant);
        }

        /// <summary>The link at hand.</summary>
        public Lwm2mLink Current { get; private set; }

        /// <summary>Goes on to the next link.</summary>
        /// <returns>False at the end.</returns>
        public bool MoveNext()
        {
            while (_reader.Next())
            {
                if (_links.IsPath(_reader.Current.Target, out Lwm2mPath path))
                {
                    Lwm2mLink.TryRead(path, _reader.Current.Parameters, out Lwm2mLink link);
                    Current = link;
                    return true;
                }
            }

            return false;
        }
    }
}

/// <summary>The numbers of a <c>ct</c> parameter, with blanks between (RFC 7252, 7.2.1); for <c>foreach</c>.</summary>
public readonly ref struct Lwm2mContentFormats
{
    private readonly ReadOnlySpan<byte> _text;

    internal Lwm2mContentFormats(ReadOnlySpan<byte> text) => _text = text.Trim((byte)' ');

    /// <summary>Whether no format is named.</summary>
    public bool IsEmpty => _text.IsEmpty;

    internal bool AreNumbers
    {
        get
        {
            Enumerator formats = GetEnumerator();
            while (formats.MoveNext())
            {
            }

            return formats.IsAtEnd;
        }
    }

    /// <summary>Starts at the first format.</summary>
    /// <returns>The enumerator that <c>foreach</c> uses; it allocates nothing.</returns>
    public Enumerator GetEnumerator() => new(_text);

    /// <summary>Walks the formats.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> text) => _rest = text;

        /// <summary>The format at hand.</summary>
        public ContentFormat Current { get; private set; }

        internal readonly bool IsAtEnd => _rest.IsEmpty;

        /// <summary>Goes on to the next format.</summary>
        /// <returns>False at the end.</returns>
        public bool MoveNext()
        {
            int end = _rest.IndexOf((byte)' ');
            ReadOnlySpan<byte> word = end < 0 ? _rest : _rest[..end];
            if (!LinkParameter.TryParseNumber(word, out uint number) || number > ushort.MaxValue)
            {
                return false;
            }

            Current = (ContentFormat)number;
            _rest = _rest[word.Length..].TrimStart((byte)' ');
            return true;
        }
    }
}
