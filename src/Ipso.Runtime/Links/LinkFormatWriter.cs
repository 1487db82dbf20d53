using System.Text.Unicode;
using Ipso.Buffers;

namespace Ipso.Links;

/// <summary>
/// Writes links in the CoRE link format (RFC 6690): each <see cref="Link(ReadOnlySpan{byte})"/> is followed by its parameters. Nothing
/// throws and nothing is allocated; what there is no room for, and what the format cannot say, makes the writer fail for good.
/// </summary>
/// <param name="destination">Where to write.</param>
public ref struct LinkFormatWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _position;

    /// <summary>Whether there was no room.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>
    /// Whether something cannot be said in this format: a target that is no URI reference, a name or a token with another character, a
    /// control character in a string, or a parameter before the first link.
    /// </summary>
    public bool NotRepresentable { get; private set; }

    /// <summary>Ends the writing.</summary>
    /// <returns>The bytes written, or -1 where anything failed.</returns>
    public readonly int Finish() => HasFailed ? -1 : _position;

    private readonly bool HasFailed => Overflowed || NotRepresentable;

    /// <summary>Begins a link.</summary>
    /// <param name="target">The target, a URI reference.</param>
    public void Link(scoped ReadOnlySpan<byte> target) => Link(target, default);

    /// <summary>Begins a link whose target comes in two pieces.</summary>
    /// <param name="start">What the target starts with.</param>
    /// <param name="rest">The rest of it.</param>
    public void Link(scoped ReadOnlySpan<byte> start, scoped ReadOnlySpan<byte> rest)
    {
        if (_position > 0)
        {
            Put(","u8);
        }

        Put("<"u8);
        int target = _position;
        Put(start);
        Put(rest);
        if (!HasFailed)
        {
            NotRepresentable = !LinkGrammar.IsTarget(_destination[target.._position], LinkSyntax.Rfc6690, out _);
        }

        Put(">"u8);
    }

    /// <summary>Writes a parameter without a value.</summary>
    /// <param name="name">The name.</param>
    public void Flag(scoped ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> parameter = name is [.., (byte)'*'] ? name[..^1] : name;
        NotRepresentable |= _position == 0 || !LinkGrammar.IsName(parameter);
        Put(";"u8);
        Put(name);
    }

    /// <summary>Writes a parameter whose value is a token.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value: at least one character, none of them a blank, quote, backslash, comma or semicolon.</param>
    public void Token(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        NotRepresentable |= !LinkGrammar.IsToken(value);
        Flag(name);
        Put("="u8);
        Put(value);
    }

    /// <summary>Writes a parameter whose value is a number.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    public void Number(scoped ReadOnlySpan<byte> name, long value)
    {
        Span<byte> text = stackalloc byte[20];
        int sign = value < 0 ? 1 : 0;
        text[0] = (byte)'-';
        DecimalDigits.TryWrite(value < 0 ? 0 - (ulong)value : (ulong)value, text[sign..], out int length);
        Token(name, text[..(sign + length)]);
    }

    /// <summary>Writes a parameter whose value is a quoted string.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, UTF-8 without control characters; quotes and backslashes are escaped.</param>
    public void Quoted(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        BeginString(name);
        NotRepresentable |= !Utf8Text.IsValid(value);
        while (!value.IsEmpty)
        {
            int length = 0;
            while (length < value.Length && value[length] is not ((byte)'"' or (byte)'\\'))
            {
                length++;
            }

            PutString(value[..length]);
            if (length == value.Length)
            {
                break;
            }

            Put("\\"u8);
            Put(value.Slice(length, 1));
            value = value[(length + 1)..];
        }

        Put("\""u8);
    }

    /// <summary>Writes a parameter whose value is a quoted string.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value without control characters; quotes and backslashes are escaped.</param>
    public void Quoted(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<char> value)
    {
        BeginString(name);
        while (!value.IsEmpty)
        {
            int length = value.IndexOfAny('"', '\\');
            PutString(length < 0 ? value : value[..length]);
            if (length < 0)
            {
                break;
            }

            Put(value[length] == '"' ? "\\\""u8 : "\\\\"u8);
            value = value[(length + 1)..];
        }

        Put("\""u8);
    }

    /// <summary>Writes a parameter whose value is a list of numbers: a token where it is one, else quoted with blanks between.</summary>
    /// <param name="name">The name.</param>
    /// <param name="values">The numbers, at least one.</param>
    public void Numbers(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<ushort> values)
    {
        if (values.Length == 1)
        {
            Number(name, values[0]);
            return;
        }

        BeginString(name);
        Span<byte> text = stackalloc byte[5];
        for (int i = 0; i < values.Length; i++)
        {
            DecimalDigits.TryWrite(values[i], text, out int length);
            Put(i == 0 ? default : " "u8);
            Put(text[..length]);
        }

        Put("\""u8);
    }

    private void BeginString(scoped ReadOnlySpan<byte> name)
    {
        Flag(name);
        Put("=\""u8);
    }

    private void PutString(scoped ReadOnlySpan<byte> text)
    {
        foreach (byte b in text)
        {
            NotRepresentable |= LinkGrammar.IsControl(b);
        }

        Put(text);
    }

    private void PutString(scoped ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            NotRepresentable |= LinkGrammar.IsControl(c);
        }

        if (!HasFailed)
        {
            // A surrogate without its other half becomes U+FFFD.
            Overflowed = Utf8.FromUtf16(text, _destination[_position..], out _, out int written) != System.Buffers.OperationStatus.Done;
            _position += written;
        }
    }

    private void Put(scoped ReadOnlySpan<byte> text)
    {
        Overflowed |= !HasFailed && text.Length > _destination.Length - _position;
        if (!HasFailed)
        {
            text.CopyTo(_destination[_position..]);
            _position += text.Length;
        }
    }
}
