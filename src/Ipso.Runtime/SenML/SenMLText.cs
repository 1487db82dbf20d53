using System.Buffers;
using System.Text;
using Ipso.Json;

namespace Ipso.SenML;

/// <summary>
/// A text in a pack, where it lies: UTF-8, in JSON perhaps with escapes. It was checked when the record was read, and is valid as long as
/// the pack's bytes are.
/// </summary>
public readonly ref struct SenMLText
{
    private readonly bool _hasEscapes;

    internal SenMLText(ReadOnlySpan<byte> raw, bool hasEscapes)
    {
        Raw = raw;
        _hasEscapes = hasEscapes;
    }

    internal ReadOnlySpan<byte> Raw { get; }

    /// <summary>Whether it is empty or absent.</summary>
    public bool IsEmpty => Raw.IsEmpty;

    /// <summary>The most bytes that its UTF-8 has; exact where it has no escapes.</summary>
    public int MaxLength => Raw.Length;

    /// <summary>Gives the UTF-8 where it lies, which it cannot where there are escapes.</summary>
    /// <param name="utf8">The text.</param>
    /// <returns>Whether there are no escapes.</returns>
    public bool TryGetUtf8(out ReadOnlySpan<byte> utf8)
    {
        utf8 = _hasEscapes ? default : Raw;
        return !_hasEscapes;
    }

    /// <summary>Copies the UTF-8.</summary>
    /// <param name="destination">Where to; <see cref="MaxLength"/> bytes are enough.</param>
    /// <param name="written">The bytes copied; 0 where there was no room.</param>
    /// <returns>Whether there was room.</returns>
    public bool TryCopyTo(Span<byte> destination, out int written)
    {
        written = 0;
        if (!_hasEscapes)
        {
            bool fits = Raw.TryCopyTo(destination);
            written = fits ? Raw.Length : 0;
            return fits;
        }

        if (destination.Length >= Raw.Length)
        {
            return JsonText.TryUnescape(Raw, destination, out written);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(Raw.Length);
        bool copied = JsonText.TryUnescape(Raw, rented, out int length) && rented.AsSpan(0, length).TryCopyTo(destination);
        ArrayPool<byte>.Shared.Return(rented);
        written = copied ? length : 0;
        return copied;
    }

    /// <summary>Whether it is this text.</summary>
    /// <param name="utf8">A text in UTF-8.</param>
    public bool Equals(ReadOnlySpan<byte> utf8)
    {
        if (!_hasEscapes)
        {
            return Raw.SequenceEqual(utf8);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(Raw.Length);
        bool isEqual = JsonText.TryUnescape(Raw, rented, out int length) && rented.AsSpan(0, length).SequenceEqual(utf8);
        ArrayPool<byte>.Shared.Return(rented);
        return isEqual;
    }

    /// <summary>The text as a new string.</summary>
    public override string ToString()
    {
        if (!_hasEscapes)
        {
            return Encoding.UTF8.GetString(Raw);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(Raw.Length);
        string text = JsonText.TryUnescape(Raw, rented, out int length) ? Encoding.UTF8.GetString(rented, 0, length) : "";
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }
}
