using System.Buffers;
using System.Text;
using Ipso.Cbor;
using Ipso.Json;

namespace Ipso.SenML;

/// <summary>
/// A text in a pack, where it lies: UTF-8, in JSON perhaps with escapes, in CBOR perhaps in several chunks. It was checked when the record
/// was read, and is valid as long as the pack's bytes are.
/// </summary>
public readonly ref struct SenMLText
{
    internal SenMLText(ReadOnlySpan<byte> raw, SenMLTextForm form)
    {
        Raw = raw;
        Form = form;
    }

    internal ReadOnlySpan<byte> Raw { get; }

    internal SenMLTextForm Form { get; }

    /// <summary>Whether it is empty or absent.</summary>
    public bool IsEmpty => Raw.IsEmpty;

    /// <summary>The most bytes that its UTF-8 has; exact where it lies in one piece.</summary>
    public int MaxLength => Raw.Length;

    /// <summary>Gives the UTF-8 where it lies, which it cannot where there are escapes or several chunks.</summary>
    /// <param name="utf8">The text.</param>
    /// <returns>Whether it lies in one piece.</returns>
    public bool TryGetUtf8(out ReadOnlySpan<byte> utf8)
    {
        utf8 = Form == SenMLTextForm.Plain ? Raw : default;
        return Form == SenMLTextForm.Plain;
    }

    /// <summary>Copies the UTF-8.</summary>
    /// <param name="destination">Where to; <see cref="MaxLength"/> bytes are enough.</param>
    /// <param name="written">The bytes copied; 0 where there was no room.</param>
    /// <returns>Whether there was room.</returns>
    public bool TryCopyTo(Span<byte> destination, out int written)
    {
        written = 0;
        if (Form == SenMLTextForm.Plain || destination.Length >= Raw.Length)
        {
            return TryAssemble(destination, out written);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(Raw.Length);
        bool copied = TryAssemble(rented, out int length) && rented.AsSpan(0, length).TryCopyTo(destination);
        ArrayPool<byte>.Shared.Return(rented);
        written = copied ? length : 0;
        return copied;
    }

    /// <summary>Whether it is this text.</summary>
    /// <param name="utf8">A text in UTF-8.</param>
    public bool Equals(ReadOnlySpan<byte> utf8)
    {
        if (Form == SenMLTextForm.Plain)
        {
            return Raw.SequenceEqual(utf8);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(Raw.Length);
        bool isEqual = TryAssemble(rented, out int length) && rented.AsSpan(0, length).SequenceEqual(utf8);
        ArrayPool<byte>.Shared.Return(rented);
        return isEqual;
    }

    /// <summary>The text as a new string.</summary>
    public override string ToString()
    {
        if (Form == SenMLTextForm.Plain)
        {
            return Encoding.UTF8.GetString(Raw);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(Raw.Length);
        string text = TryAssemble(rented, out int length) ? Encoding.UTF8.GetString(rented, 0, length) : "";
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>
    /// Copies the UTF-8, which is never longer than as it lies; where it has escapes there has to be room for it as it lies.
    /// </summary>
    /// <returns>Whether there was, and the escapes are text.</returns>
    internal bool TryAssemble(Span<byte> destination, out int written)
    {
        written = 0;
        switch (Form)
        {
            case SenMLTextForm.Chunks:
                return CborChunks.TryJoin(Raw, destination, out written);
            case SenMLTextForm.Escaped:
                return Raw.Length <= destination.Length && JsonText.TryUnescape(Raw, destination, out written);
            default:
                bool fits = Raw.TryCopyTo(destination);
                written = fits ? Raw.Length : 0;
                return fits;
        }
    }
}

/// <summary>How a text, or in CBOR bytes, lie in a pack.</summary>
internal enum SenMLTextForm : byte
{
    /// <summary>In one piece.</summary>
    Plain,

    /// <summary>With escapes of JSON.</summary>
    Escaped,

    /// <summary>In the chunks of a string of indefinite length, heads included (RFC 8949, 3.2.3).</summary>
    Chunks,
}
