namespace Ipso.Links;

/// <summary>A text, or the beginning of one, to hold values of parameters against.</summary>
internal readonly ref struct LinkPattern(ReadOnlySpan<byte> text, bool isPrefix)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly bool _isPrefix = isPrefix;

    internal bool MatchesWhole(scoped ReadOnlySpan<byte> value) => _isPrefix ? value.StartsWith(_text) : value.SequenceEqual(_text);

    // A filter comes without percent-encoding, a target with it; what is escaped twice is held against the target as it stands.
    internal bool MatchesTarget(scoped ReadOnlySpan<byte> target)
    {
        int length = 0;
        bool matches = true;
        for (int i = 0; i < target.Length; i++)
        {
            byte b = target[i];
            if (b == '%' && i + 2 < target.Length && char.IsAsciiHexDigit((char)target[i + 1]) && char.IsAsciiHexDigit((char)target[i + 2]))
            {
                b = (byte)(FromHex(target[i + 1]) << 4 | FromHex(target[i + 2]));
                i += 2;
            }

            matches &= length < _text.Length ? _text[length] == b : _isPrefix;
            length++;
        }

        return IsFound(matches, length) || MatchesWhole(target);
    }

    private static int FromHex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    internal bool MatchesWhole(scoped in LinkParameter parameter) => Matches(parameter, byWord: false);

    internal bool MatchesWord(scoped in LinkParameter parameter) => Matches(parameter, byWord: true);

    // In one pass over the value, whose escapes are taken away as they come.
    private bool Matches(scoped in LinkParameter parameter, bool byWord)
    {
        ReadOnlySpan<byte> value = parameter.RawValue;
        bool hasEscapes = parameter.Form == LinkParameterForm.Quoted;
        int length = 0;
        bool matches = true;
        for (int i = 0; i < value.Length; i++)
        {
            if (hasEscapes && value[i] == '\\')
            {
                i++;
            }

            if (byWord && value[i] == ' ')
            {
                if (IsFound(matches, length) && length > 0)
                {
                    return true;
                }

                length = 0;
                matches = true;
                continue;
            }

            matches &= length < _text.Length ? _text[length] == value[i] : _isPrefix;
            length++;
        }

        return IsFound(matches, length);
    }

    private bool IsFound(bool matches, int length) => matches && length >= _text.Length;
}
