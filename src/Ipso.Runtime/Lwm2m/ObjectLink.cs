using System.Runtime.CompilerServices;
using Ipso.Buffers;

namespace Ipso.Lwm2m;

/// <summary>A reference to an Object Instance, the value of an Objlnk resource (LwM2M TS Core, Appendix C).</summary>
/// <param name="ObjectId">The Object's id; 65535 in the null link.</param>
/// <param name="InstanceId">The Object Instance's id; 65535 in the null link.</param>
public readonly record struct ObjectLink(ushort ObjectId, ushort InstanceId)
{
    /// <summary>The link that points nowhere: <c>65535:65535</c>.</summary>
    public static ObjectLink Null { get; } = new(ushort.MaxValue, ushort.MaxValue);

    /// <summary>Whether this is <see cref="Null"/>.</summary>
    public bool IsNull => this == Null;

    /// <summary>Both ids in one word, as they lie in memory.</summary>
    internal uint Packed => Unsafe.BitCast<ObjectLink, uint>(this);

    /// <summary>The link of a word.</summary>
    internal static ObjectLink Unpack(uint packed) => Unsafe.BitCast<uint, ObjectLink>(packed);

    /// <summary>The longest text form: two ids of five digits and a colon, in bytes.</summary>
    public const int MaxTextLength = 11;

    /// <summary>Reads the text form <c>object:instance</c>, two decimal ids of at most 65535 without sign.</summary>
    /// <param name="text">The text, ASCII.</param>
    /// <param name="link">The link, or the default where the text is none.</param>
    /// <returns>Whether the text is a link.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out ObjectLink link)
    {
        int colon = 0;
        while (colon < text.Length && text[colon] != ':')
        {
            colon++;
        }

        if (colon < text.Length
            && Lwm2mPath.TryParseDigits(text[..colon], out ushort objectId)
            && Lwm2mPath.TryParseDigits(text[(colon + 1)..], out ushort instanceId))
        {
            link = new(objectId, instanceId);
            return true;
        }

        link = default;
        return false;
    }

    /// <summary>Writes the text form; needs at most <see cref="MaxTextLength"/> bytes.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written, 0 where the destination is too short.</param>
    /// <returns>Whether the destination was long enough.</returns>
    public bool TryFormat(Span<byte> destination, out int written)
    {
        bool fits = DecimalDigits.TryWrite(ObjectId, destination, out int colon) && colon < destination.Length;
        int instance = 0;
        fits = fits && DecimalDigits.TryWrite(InstanceId, destination[(colon + 1)..], out instance);
        if (fits)
        {
            destination[colon] = (byte)':';
        }

        written = fits ? colon + 1 + instance : 0;
        return fits;
    }

    /// <summary>The text form <c>object:instance</c>.</summary>
    public override string ToString() => Phrase.Of($"{ObjectId}:{InstanceId}");
}
