namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// A Resource's id and its decimal digits in one constant, so that no id is formatted at run time: bits 0-7 hold 0x60 plus the number of
/// digits (the head of a CBOR text string), bits 8-47 the ASCII digits from the first, bits 48-63 the id.
/// </summary>
internal static class ResourceKey
{
    internal static ushort Id(ulong key) => (ushort)(key >> 48);

    internal static int DigitCount(ulong key) => (int)(key & 0x0F);

    /// <summary>The digits, the first in the lowest byte.</summary>
    internal static ulong Digits(ulong key) => key >> 8 & 0xFF_FFFF_FFFF;
}
