namespace Ipso.Coap;

/// <summary>
/// The hash that tables find things by which a peer has chosen: its address, its tokens. Keyed, so that nobody can choose many that
/// meet in one chain.
/// </summary>
internal static class TableHash
{
    // The platform hashes strings under a key that it draws when a process starts; here it is the only source of randomness.
    private static readonly ulong s_key0 = Draw("0", "1");
    private static readonly ulong s_key1 = Draw("2", "3");

    /// <summary>The hash of a word.</summary>
    public static int Of(ulong word) => (int)Hash.Of(word);

    /// <summary>The hash of bytes, such as a token of any length (RFC 8974).</summary>
    public static int Of(scoped ReadOnlySpan<byte> bytes) => (int)Hash.Of(bytes);

    private static SipHash Hash => new(s_key0, s_key1);

    private static ulong Draw(string high, string low) => ((ulong)(uint)high.GetHashCode() << 32) | (uint)low.GetHashCode();
}
