namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// A Resource's id and its decimal digits in one constant, so that no id is formatted at run time: bits 0-7 hold 0x60 plus the number of
/// digits (the head of a CBOR text string), bits 8-47 the ASCII digits from the first, bits 48-63 the id.
/// </summary>
internal static class ResourceKey
{
    private const ulong Text = 0xFFFF_FFFF_FFFF;

    /// <summary>A bit of the text's head: a key without a text has it not.</summary>
    internal const uint TextHead = 0x40;

    /// <summary>Up to which Resource Instance ids there is room for in the text.</summary>
    internal const int InstancesInText = 10;

    /// <summary>The key of a Resource that no generated code knows.</summary>
    internal static ulong Of(ushort id)
    {
        ulong digits = 0;
        int length = 0;
        uint rest = id;
        do
        {
            digits = digits << 8 | '0' + rest % 10;
            rest /= 10;
            length++;
        }
        while (rest != 0);
        return (ulong)id << 48 | digits << 8 | 0x60 | (uint)length;
    }

    internal static ushort Id(ulong key) => (ushort)(key >> 48);

    /// <summary>The id to reckon with: of a narrower type, the JIT would cut it once more wherever it is used.</summary>
    internal static ulong WideId(ulong key) => key >> 48;

    /// <summary>How long the text is: a Resource's digits, or what <see cref="OfInstance(ulong, int)"/> makes of them.</summary>
    internal static int Length(ulong key) => (int)(key & 0x0F);

    /// <summary>The text, its first character in the lowest byte; what is behind it is to be written over.</summary>
    internal static ulong Characters(ulong key) => key >> 8;

    /// <summary>
    /// The key whose text is a Resource Instance's name in a SenML record, as in <c>6/0</c>. There is room for it where the id is left out.
    /// </summary>
    /// <param name="key">The Resource's key.</param>
    /// <param name="instance">The Resource Instance's id, below <see cref="InstancesInText"/>.</param>
    internal static ulong OfInstance(ulong key, int instance) =>
        (key & Text) + 2 | (ulong)('/' | ('0' + instance) << 8) << 8 + 8 * Length(key);

    /// <summary>The key of a Resource Instance by its id alone, as TLV and LwM2M CBOR have it.</summary>
    internal static ulong OfInstance(ushort instance) => (ulong)instance << 48;
}
