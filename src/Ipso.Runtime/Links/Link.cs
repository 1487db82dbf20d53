namespace Ipso.Links;

/// <summary>A link: its target and its parameters. A view into a text that has been checked, so that no accessor can fail.</summary>
public readonly ref struct Link
{
    internal Link(ReadOnlySpan<byte> target, LinkParameters parameters)
    {
        Target = target;
        Parameters = parameters;
    }

    /// <summary>The URI reference between <c>&lt;</c> and <c>&gt;</c> as it stands there, with its percent-encoding.</summary>
    public ReadOnlySpan<byte> Target { get; }

    /// <summary>The parameters.</summary>
    public LinkParameters Parameters { get; }

    /// <summary>Finds the first parameter of a name; of most parameters the further ones are to be ignored (RFC 6690, 3).</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameter">The parameter.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(scoped ReadOnlySpan<byte> name, out LinkParameter parameter)
    {
        foreach (LinkParameter candidate in Parameters)
        {
            if (candidate.Name.SequenceEqual(name))
            {
                parameter = candidate;
                return true;
            }
        }

        parameter = default;
        return false;
    }
}

/// <summary>The parameters of a link in their order, repeated ones too; for <c>foreach</c>.</summary>
public readonly ref struct LinkParameters
{
    private readonly ReadOnlySpan<byte> _text;

    // Only what LinkFormatReader has checked comes here, from the first semicolon to the end of the link.
    internal LinkParameters(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>Starts at the first parameter.</summary>
    /// <returns>The enumerator that <c>foreach</c> uses; it allocates nothing.</returns>
    public Enumerator GetEnumerator() => new(_text);

    /// <summary>Walks the parameters.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _text;
        private int _position;

        internal Enumerator(ReadOnlySpan<byte> text) => _text = text;

        /// <summary>The parameter at hand.</summary>
        public LinkParameter Current { get; private set; }

        /// <summary>Goes on to the next parameter.</summary>
        /// <returns>False at the end.</returns>
        public bool MoveNext()
        {
            LinkGrammar.SkipBlanks(_text, ref _position);
            if (_position == _text.Length)
            {
                return false;
            }

            // The most tolerant syntax takes whatever any other has taken.
            LinkGrammar.ReadParameter(_text, LinkSyntax.Tolerant, ref _position, out LinkParameter parameter);
            Current = parameter;
            return true;
        }
    }
}
