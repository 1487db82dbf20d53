namespace Ipso.Cbor;

/// <summary>The tags of values (RFC 8949, 3.4).</summary>
internal static class CborTags
{
    /// <summary>A time as a text (3.4.1).</summary>
    internal const ulong DateTimeText = 0;

    /// <summary>A time in seconds since 1970 (3.4.2).</summary>
    internal const ulong EpochTime = 1;

    /// <summary>A decimal fraction: an exponent and a mantissa (3.4.4).</summary>
    internal const ulong DecimalFraction = 4;
}
