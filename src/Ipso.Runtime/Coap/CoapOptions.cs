namespace Ipso.Coap;

/// <summary>An option of a message: its number and its value, a view into the datagram.</summary>
public readonly ref struct CoapOption
{
    internal CoapOption(CoapOptionNumber number, ReadOnlySpan<byte> value)
    {
        Number = number;
        Value = value;
    }

    /// <summary>The Option Number, 0 to 65535.</summary>
    public CoapOptionNumber Number { get; }

    /// <summary>The value. Its length has not been compared with what the option allows.</summary>
    public ReadOnlySpan<byte> Value { get; }
}

/// <summary>
/// The options of a message in the order of the wire, which is ascending by number (RFC 7252, 3.1). A view into the datagram.
/// </summary>
public readonly ref struct CoapOptions
{
    private readonly ReadOnlySpan<byte> _encoded;

    // Only spans that CoapMessage.TryParse has walked come here, so enumerating cannot fail.
    internal CoapOptions(ReadOnlySpan<byte> encoded) => _encoded = encoded;

    /// <summary>Whether there is no option.</summary>
    public bool IsEmpty => _encoded.IsEmpty;

    /// <summary>Starts at the first option.</summary>
    /// <returns>The enumerator that <c>foreach</c> uses; it allocates nothing.</returns>
    public Enumerator GetEnumerator() => new(_encoded);

    /// <summary>The values of one option, in the order of the wire.</summary>
    /// <param name="number">The Option Number.</param>
    /// <returns>None, one or, of a repeatable option, several.</returns>
    public CoapOptionValues Values(CoapOptionNumber number) => new(this, number);

    /// <summary>Finds the first occurrence of an option.</summary>
    /// <param name="number">The Option Number.</param>
    /// <param name="value">Its value; empty if the result is false.</param>
    /// <returns>Whether the option occurs.</returns>
    public bool TryGet(CoapOptionNumber number, out ReadOnlySpan<byte> value)
    {
        foreach (CoapOption option in this)
        {
            if (option.Number >= number)
            {
                value = option.Number == number ? option.Value : default;
                return option.Number == number;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Finds an option of the format uint.</summary>
    /// <param name="number">The Option Number.</param>
    /// <param name="value">Its value; 0 if the result is false.</param>
    /// <returns>Whether the option occurs and has at most 4 bytes.</returns>
    public bool TryGetUInt(CoapOptionNumber number, out uint value)
    {
        value = 0;
        return TryGet(number, out ReadOnlySpan<byte> bytes) && CoapUInt.TryRead(bytes, out value);
    }

    /// <summary>Walks the options.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private ReadOnlySpan<byte> _value;
        private int _number;

        internal Enumerator(ReadOnlySpan<byte> encoded) => _rest = encoded;

        /// <summary>The option at hand.</summary>
        public readonly CoapOption Current => new((CoapOptionNumber)_number, _value);

        /// <summary>Goes to the next option.</summary>
        /// <returns>False at the end.</returns>
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            OptionHeader.ReadTrusted(_rest, out int delta, out int length, out int consumed);
            _number += delta;
            _value = _rest.Slice(consumed, length);
            _rest = _rest[(consumed + length)..];
            return true;
        }
    }
}

/// <summary>The values of one option of a message, for <c>foreach</c>. A view into the datagram.</summary>
public readonly ref struct CoapOptionValues
{
    private readonly CoapOptions _options;
    private readonly CoapOptionNumber _number;

    internal CoapOptionValues(CoapOptions options, CoapOptionNumber number)
    {
        _options = options;
        _number = number;
    }

    /// <summary>Whether the option does not occur.</summary>
    public bool IsEmpty => !GetEnumerator().MoveNext();

    /// <summary>Starts at the first value.</summary>
    /// <returns>The enumerator that <c>foreach</c> uses; it allocates nothing.</returns>
    public Enumerator GetEnumerator() => new(_options.GetEnumerator(), _number);

    /// <summary>Counts the values.</summary>
    /// <returns>0 or more.</returns>
    public int Count()
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> _ in this)
        {
            count++;
        }

        return count;
    }

    /// <summary>Walks the values.</summary>
    public ref struct Enumerator
    {
        private readonly CoapOptionNumber _number;
        private CoapOptions.Enumerator _options;

        internal Enumerator(CoapOptions.Enumerator options, CoapOptionNumber number)
        {
            _options = options;
            _number = number;
        }

        /// <summary>The value at hand.</summary>
        public readonly ReadOnlySpan<byte> Current => _options.Current.Value;

        /// <summary>Goes to the next value.</summary>
        /// <returns>False at the end.</returns>
        public bool MoveNext()
        {
            while (_options.MoveNext())
            {
                if (_options.Current.Number >= _number)
                {
                    return _options.Current.Number == _number;
                }
            }

            return false;
        }
    }
}
