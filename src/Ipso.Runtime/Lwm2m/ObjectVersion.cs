using Ipso.Buffers;

namespace Ipso.Lwm2m;

/// <summary>A version of an object or of LwM2M itself: <c>major.minor</c>.</summary>
/// <param name="Major">The major version.</param>
/// <param name="Minor">The minor version.</param>
public readonly record struct ObjectVersion(ushort Major, ushort Minor) : IComparable<ObjectVersion>
{
    /// <summary>The longest text form, in bytes.</summary>
    public const int MaxTextLength = 11;

    /// <summary>The version of an object that names none: 1.0 (LwM2M TS Core, 7.2.3).</summary>
    public static ObjectVersion Default { get; } = new(1, 0);

    /// <summary>Reads the text form: two decimal numbers with a dot between.</summary>
    /// <param name="text">The text, ASCII.</param>
    /// <param name="version">The version, or 0.0 where the text is none.</param>
    /// <returns>Whether the text is a version.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out ObjectVersion version)
    {
        int dot = text.IndexOf((byte)'.');
        if (dot > 0
            && TryParsePart(text[..dot], out ushort major)
            && TryParsePart(text[(dot + 1)..], out ushort minor))
        {
            version = new(major, minor);
            return true;
        }

        version = default;
        return false;
    }

    private static bool TryParsePart(ReadOnlySpan<byte> text, out ushort number)
    {
        number = 0;
        int value = 0;
        foreach (byte digit in text)
        {
            value = value * 10 + (digit - '0');
            if (!char.IsAsciiDigit((char)digit) || value > ushort.MaxValue)
            {
                return false;
            }
        }

        number = (ushort)value;
        return !text.IsEmpty;
    }

    /// <summary>Reads the text form: two decimal numbers with a dot between.</summary>
    /// <param name="text">The text.</param>
    /// <param name="version">The version, or 0.0 where the text is none.</param>
    /// <returns>Whether the text is a version.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out ObjectVersion version)
    {
        Span<byte> utf8 = stackalloc byte[MaxTextLength];
        version = default;
        return text.Length <= MaxTextLength
            && System.Text.Ascii.FromUtf16(text, utf8, out int length) == System.Buffers.OperationStatus.Done
            && TryParse(utf8[..length], out version);
    }

    /// <summary>Writes the text form; needs at most <see cref="MaxTextLength"/> bytes.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written, 0 where the destination is too short.</param>
    /// <returns>Whether the destination was long enough.</returns>
    public bool TryFormat(Span<byte> destination, out int written)
    {
        bool fits = DecimalDigits.TryWrite(Major, destination, out int dot) && dot < destination.Length;
        int minor = 0;
        fits = fits && DecimalDigits.TryWrite(Minor, destination[(dot + 1)..], out minor);
        if (fits)
        {
            destination[dot] = (byte)'.';
        }

        written = fits ? dot + 1 + minor : 0;
        return fits;
    }

    /// <inheritdoc/>
    public int CompareTo(ObjectVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    /// <summary>Whether a version is older than another.</summary>
    public static bool operator <(ObjectVersion left, ObjectVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether a version is newer than another.</summary>
    public static bool operator >(ObjectVersion left, ObjectVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether a version is older than another, or the same.</summary>
    public static bool operator <=(ObjectVersion left, ObjectVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether a version is newer than another, or the same.</summary>
    public static bool operator >=(ObjectVersion left, ObjectVersion right) => left.CompareTo(right) >= 0;

    /// <summary>The text form, for example <c>1.2</c>.</summary>
    public override string ToString() => Phrase.Of($"{Major}.{Minor}");
}
