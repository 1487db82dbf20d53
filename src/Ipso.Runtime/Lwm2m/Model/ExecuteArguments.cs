using System.Text;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// The arguments of an Execute: up to ten, a digit each with an optional quoted value, as in <c>0='a',1,5='b'</c>
/// (LwM2M TS Core, 6.3.5: arglist). Enumerate it; it is valid during the call of the handler only.
/// </summary>
public readonly ref struct ExecuteArguments
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly ExecuteOutcome? _outcome;

    private ExecuteArguments(ReadOnlySpan<byte> text, ExecuteOutcome? outcome)
    {
        _text = text;
        _outcome = outcome;
    }

    /// <summary>Whether there are no arguments.</summary>
    public bool IsEmpty => _text.IsEmpty;

    /// <summary>Checks the syntax of an Execute payload.</summary>
    /// <param name="payload">The payload, text.</param>
    /// <param name="arguments">The arguments, none where the syntax is wrong.</param>
    /// <returns>Whether the syntax is right.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out ExecuteArguments arguments) => TryParse(payload, null, out arguments);

    /// <summary>
    /// Says that the resource does not do what is asked for, and nothing has happened: the server is answered with an error instead of
    /// 2.04. For arguments that nobody has sent, as in a test, it does nothing.
    /// </summary>
    /// <param name="reason">Why, in words; the server gets them as diagnostic payload.</param>
    /// <param name="refusal">What kind of error it is.</param>
    public void Refuse(string reason, ExecuteRefusal refusal = ExecuteRefusal.NotAllowed)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _outcome?.Refuse(reason, refusal);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out ExecuteArguments)"/>
    /// <param name="payload">The payload, text.</param>
    /// <param name="outcome">Where a refusal goes.</param>
    /// <param name="arguments">The arguments, none where the syntax is wrong.</param>
    internal static bool TryParse(ReadOnlySpan<byte> payload, ExecuteOutcome? outcome, out ExecuteArguments arguments)
    {
        arguments = new(payload, outcome);
        if (payload.IsEmpty)
        {
            return true;
        }

        ReadOnlySpan<byte> rest = payload;
        int seen = 0;
        while (TryTake(ref rest, out ExecuteArgument argument))
        {
            int bit = 1 << argument.Digit;
            if ((seen & bit) != 0)
            {
                break;
            }

            seen |= bit;
            if (rest.IsEmpty)
            {
                return true;
            }

            if (rest[0] != ',')
            {
                break;
            }

            rest = rest[1..];
        }

        arguments = default;
        return false;
    }

    /// <summary>The value of an argument, or <see langword="null"/> where it is missing or has none.</summary>
    /// <param name="digit">The argument's name, 0 to 9.</param>
    public string? this[int digit]
    {
        get
        {
            foreach (ExecuteArgument argument in this)
            {
                if (argument.Digit == digit)
                {
                    return argument.HasValue ? Encoding.UTF8.GetString(argument.Value) : null;
                }
            }

            return null;
        }
    }

    /// <summary>The arguments in their order.</summary>
    public Enumerator GetEnumerator() => new(_text);

    /// <summary>The payload as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_text);

    // argument = DIGIT [ "=" "'" *value "'" ]; value characters are visible ASCII without quote, comma and backslash left to the handler.
    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out ExecuteArgument argument)
    {
        argument = default;
        if (rest.IsEmpty || !char.IsAsciiDigit((char)rest[0]))
        {
            return false;
        }

        int digit = rest[0] - '0';
        rest = rest[1..];
        if (rest.IsEmpty || rest[0] == ',')
        {
            argument = new(digit, default, hasValue: false);
            return true;
        }

        if (!rest.StartsWith("='"u8))
        {
            return false;
        }

        int end = rest[2..].IndexOf((byte)'\'');
        if (end < 0 || !IsPrintable(rest.Slice(2, end)))
        {
            return false;
        }

        argument = new(digit, rest.Slice(2, end), hasValue: true);
        rest = rest[(end + 3)..];
        return true;
    }

    /// <summary>Goes over the arguments.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private ExecuteArgument _current;

        internal Enumerator(ReadOnlySpan<byte> text) => _rest = text;

        /// <summary>The argument that <see cref="MoveNext"/> reached.</summary>
        public readonly ExecuteArgument Current => _current;

        /// <summary>Goes on to the next argument.</summary>
        /// <returns>Whether there is one.</returns>
        public bool MoveNext()
        {
            if (!_rest.IsEmpty && _rest[0] == ',')
            {
                _rest = _rest[1..];
            }

            ReadOnlySpan<byte> rest = _rest;
            bool found = TryTake(ref rest, out ExecuteArgument argument);
            _rest = rest;
            _current = argument;
            return found;
        }
    }

    private static bool IsPrintable(ReadOnlySpan<byte> value)
    {
        foreach (byte one in value)
        {
            if (one is < 0x20 or > 0x7E)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One argument of an Execute.</summary>
public readonly ref struct ExecuteArgument
{
    internal ExecuteArgument(int digit, ReadOnlySpan<byte> value, bool hasValue)
    {
        Digit = digit;
        Value = value;
        HasValue = hasValue;
    }

    /// <summary>The argument's name, 0 to 9.</summary>
    public int Digit { get; }

    /// <summary>The value between the quotes, ASCII.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the argument has a value, be it an empty one.</summary>
    public bool HasValue { get; }
}
