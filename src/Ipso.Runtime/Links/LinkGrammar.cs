using Ipso.Buffers;

namespace Ipso.Links;

/// <summary>The grammar of RFC 6690, 2, a part at a time. Every byte is looked at a fixed number of times.</summary>
internal static class LinkGrammar
{
    // RFC 5987, 3.2.1: attr-char, of which parmname is made.
    private static readonly AsciiSet s_name = AsciiSet.AlphaDigit.With("!#$&+-.^_`|~"u8);

    private static readonly AsciiSet s_token = AsciiSet.AlphaDigit.With("!#$%&'()*+-./:<=>?@[]^_`{|}~"u8);

    // RFC 3986, 2.2 and 2.3, with the percent sign of an escape, which is looked at once more.
    private static readonly AsciiSet s_reference = AsciiSet.AlphaDigit.With("-._~:/?#[]@!$&'()*+,;=%"u8);
    private static readonly AsciiSet s_path = AsciiSet.AlphaDigit.With("-._~:/@!$&'()*+,;=%"u8);

    // RFC 5987, 3.2.1: value-chars.
    private static readonly AsciiSet s_extended = AsciiSet.AlphaDigit.With("!#$&+-.^_`|~%"u8);

    internal static bool IsToken(scoped ReadOnlySpan<byte> text) => !text.IsEmpty && s_token.HasAll(text);

    internal static bool IsName(scoped ReadOnlySpan<byte> text) => !text.IsEmpty && s_name.HasAll(text);

    internal static bool IsControl(int c) => c is < 0x20 and not '\t' or 0x7f;

    internal static void SkipBlanks(ReadOnlySpan<byte> text, ref int position)
    {
        while (position < text.Length && text[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            position++;
        }
    }

    /// <summary>Looks for what is wrong with a target.</summary>
    internal static bool IsTarget(scoped ReadOnlySpan<byte> target, LinkSyntax syntax, out int offset)
    {
        bool isPath = syntax == LinkSyntax.AbsolutePaths;
        offset = (isPath ? s_path : s_reference).CountIn(target);
        if (offset < target.Length || !AreEscapes(target, out offset))
        {
            return false;
        }

        offset = 0;
        if (isPath)
        {
            // path-absolute: a second slash would begin a host.
            return !target.IsEmpty && target[0] == '/' && (target.Length == 1 || target[1] != '/');
        }

        int fragment = target.IndexOf((byte)'#');
        offset = fragment + 1 + target[(fragment + 1)..].IndexOf((byte)'#');
        return fragment < 0 || offset == fragment;
    }

    /// <summary>Reads a parameter, from its semicolon on.</summary>
    internal static LinkFault ReadParameter(
        ReadOnlySpan<byte> text, LinkSyntax syntax, scoped ref int position, out LinkParameter parameter)
    {
        parameter = default;
        bool isTolerant = syntax == LinkSyntax.Tolerant;
        position++;
        SkipBlanksIf(isTolerant, text, ref position);
        int start = position;
        position += LengthOf(text[position..], s_name);
        if (position == start)
        {
            return LinkFault.ExpectedName;
        }

        bool isExtended = position < text.Length && text[position] == '*';
        position += isExtended ? 1 : 0;
        ReadOnlySpan<byte> name = text[start..position];
        SkipBlanksIf(isTolerant, text, ref position);
        if (position == text.Length || text[position] != '=')
        {
            parameter = new(name, default, LinkParameterForm.Flag);
            return isExtended && !isTolerant ? LinkFault.InvalidExtendedValue : LinkFault.None;
        }

        position++;
        SkipBlanksIf(isTolerant, text, ref position);
        if (position < text.Length && text[position] == '"')
        {
            LinkFault fault = ReadQuoted(text, ref position, out ReadOnlySpan<byte> content);
            parameter = new(name, content, LinkParameterForm.Quoted);
            return fault == LinkFault.None && isExtended && !isTolerant ? LinkFault.InvalidExtendedValue : fault;
        }

        start = position;
        position += LengthOf(text[position..], s_token);
        if (position == start)
        {
            return LinkFault.ExpectedValue;
        }

        ReadOnlySpan<byte> token = text[start..position];
        if (isExtended && !isTolerant && !IsExtendedValue(token))
        {
            position = start;
            return LinkFault.InvalidExtendedValue;
        }

        parameter = new(name, token, LinkParameterForm.Token);
        return LinkFault.None;
    }

    private static LinkFault ReadQuoted(ReadOnlySpan<byte> text, scoped ref int position, out ReadOnlySpan<byte> content)
    {
        content = default;
        int start = position + 1;
        int end = start;
        while (true)
        {
            end += LengthOfPlain(text[end..]);
            bool isEscape = end < text.Length && text[end] == '\\';
            if (end == text.Length || isEscape && end + 1 == text.Length)
            {
                return LinkFault.UnterminatedString;
            }

            if (text[end] == '"')
            {
                break;
            }

            if (!isEscape || IsControl(text[end + 1]))
            {
                position = end;
                return LinkFault.InvalidString;
            }

            end += 2;
        }

        content = text[start..end];
        if (!Utf8Text.IsValid(content))
        {
            return LinkFault.InvalidString;
        }

        position = end + 1;
        return LinkFault.None;
    }

    // charset "'" [ language ] "'" value-chars
    private static bool IsExtendedValue(ReadOnlySpan<byte> value)
    {
        int charset = value.IndexOf((byte)'\'');
        int language = charset < 0 ? -1 : value[(charset + 1)..].IndexOf((byte)'\'');
        if (charset <= 0 || language < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> text = value[(charset + language + 2)..];
        return s_extended.HasAll(text) && AreEscapes(text, out _);
    }

    private static bool AreEscapes(scoped ReadOnlySpan<byte> text, out int offset)
    {
        offset = 0;
        for (int next = text.IndexOf((byte)'%'); next >= 0; next = text[offset..].IndexOf((byte)'%'))
        {
            offset += next;
            if (text.Length - offset < 3 || !char.IsAsciiHexDigit((char)text[offset + 1]) || !char.IsAsciiHexDigit((char)text[offset + 2]))
            {
                return false;
            }

            offset += 3;
        }

        return true;
    }

    private static void SkipBlanksIf(bool condition, ReadOnlySpan<byte> text, ref int position)
    {
        if (condition)
        {
            SkipBlanks(text, ref position);
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> text, in AsciiSet characters) => characters.CountIn(text);

    // Up to what a quoted string may not hold as it is: quote, backslash and the control characters but for the tabulator.
    private static int LengthOfPlain(ReadOnlySpan<byte> text)
    {
        int length = 0;
        while (length < text.Length && !(IsControl(text[length]) || text[length] is (byte)'"' or (byte)'\\'))
        {
            length++;
        }

        return length;
    }
}
