using Ipso.Buffers;

namespace Ipso.Coap;

/// <summary>
/// What the specifications say of an option: the one table that readers, writers and endpoints ask. What the number itself says is at
/// <see cref="CoapOptionNumberExtensions"/>.
/// </summary>
public readonly record struct CoapOptionInfo
{
    private static readonly CoapOptionInfo[] s_all =
    [
        new(CoapOptionNumber.IfMatch, "If-Match", CoapOptionFormat.Opaque, 0, 8, isRepeatable: true),
        new(CoapOptionNumber.UriHost, "Uri-Host", CoapOptionFormat.String, 1, 255),
        new(CoapOptionNumber.ETag, "ETag", CoapOptionFormat.Opaque, 1, 8, isRepeatable: true),
        new(CoapOptionNumber.IfNoneMatch, "If-None-Match", CoapOptionFormat.Empty, 0, 0),
        new(CoapOptionNumber.Observe, "Observe", CoapOptionFormat.UInt, 0, 3),
        new(CoapOptionNumber.UriPort, "Uri-Port", CoapOptionFormat.UInt, 0, 2),
        new(CoapOptionNumber.LocationPath, "Location-Path", CoapOptionFormat.String, 0, 255, isRepeatable: true),
        new(CoapOptionNumber.Oscore, "OSCORE", CoapOptionFormat.Opaque, 0, 255),
        new(CoapOptionNumber.UriPath, "Uri-Path", CoapOptionFormat.String, 0, 255, isRepeatable: true),
        new(CoapOptionNumber.ContentFormat, "Content-Format", CoapOptionFormat.UInt, 0, 2),
        new(CoapOptionNumber.MaxAge, "Max-Age", CoapOptionFormat.UInt, 0, 4),
        new(CoapOptionNumber.UriQuery, "Uri-Query", CoapOptionFormat.String, 0, 255, isRepeatable: true),
        new(CoapOptionNumber.HopLimit, "Hop-Limit", CoapOptionFormat.UInt, 1, 1),
        new(CoapOptionNumber.Accept, "Accept", CoapOptionFormat.UInt, 0, 2),
        new(CoapOptionNumber.QBlock1, "Q-Block1", CoapOptionFormat.UInt, 0, 3),
        new(CoapOptionNumber.LocationQuery, "Location-Query", CoapOptionFormat.String, 0, 255, isRepeatable: true),
        new(CoapOptionNumber.Block2, "Block2", CoapOptionFormat.UInt, 0, 3),
        new(CoapOptionNumber.Block1, "Block1", CoapOptionFormat.UInt, 0, 3),
        new(CoapOptionNumber.Size2, "Size2", CoapOptionFormat.UInt, 0, 4),
        new(CoapOptionNumber.QBlock2, "Q-Block2", CoapOptionFormat.UInt, 0, 3, isRepeatable: true),
        new(CoapOptionNumber.ProxyUri, "Proxy-Uri", CoapOptionFormat.String, 1, 1034),
        new(CoapOptionNumber.ProxyScheme, "Proxy-Scheme", CoapOptionFormat.String, 1, 255),
        new(CoapOptionNumber.Size1, "Size1", CoapOptionFormat.UInt, 0, 4),
        new(CoapOptionNumber.Echo, "Echo", CoapOptionFormat.Opaque, 1, 40),
        new(CoapOptionNumber.NoResponse, "No-Response", CoapOptionFormat.UInt, 0, 1),
        new(CoapOptionNumber.RequestTag, "Request-Tag", CoapOptionFormat.Opaque, 0, 8, isRepeatable: true),
    ];

    // The places in the table, plus one, of the numbers up to the highest of it; 0 for a number without facts.
    private static readonly byte[] s_places = Places(s_all);

    private static readonly CoapOptionInfo[] s_csm =
    [
        new(CoapSignalOption.MaxMessageSize, "Max-Message-Size", CoapOptionFormat.UInt, 0, 4),
        new(CoapSignalOption.BlockWiseTransfer, "Block-Wise-Transfer", CoapOptionFormat.Empty, 0, 0),
        new(CoapSignalOption.ExtendedTokenLength, "Extended-Token-Length", CoapOptionFormat.UInt, 0, 3),
    ];

    private static readonly CoapOptionInfo[] s_ping = [new(CoapSignalOption.Custody, "Custody", CoapOptionFormat.Empty, 0, 0)];

    private static readonly CoapOptionInfo[] s_release =
    [
        new(CoapSignalOption.AlternativeAddress, "Alternative-Address", CoapOptionFormat.String, 1, 255, isRepeatable: true),
        new(CoapSignalOption.HoldOff, "Hold-Off", CoapOptionFormat.UInt, 0, 3),
    ];

    private static readonly CoapOptionInfo[] s_abort =
        [new(CoapSignalOption.BadCsmOption, "Bad-CSM-Option", CoapOptionFormat.UInt, 0, 2)];

    private CoapOptionInfo(
        CoapOptionNumber number, string name, CoapOptionFormat format, int minLength, int maxLength, bool isRepeatable = false)
    {
        Number = number;
        Name = name;
        Format = format;
        MinLength = minLength;
        MaxLength = maxLength;
        IsRepeatable = isRepeatable;
    }

    /// <summary>The Option Number.</summary>
    public CoapOptionNumber Number { get; }

    /// <summary>The name as the registry spells it, such as <c>Uri-Path</c>.</summary>
    public string Name { get; }

    /// <summary>The format of the value.</summary>
    public CoapOptionFormat Format { get; }

    /// <summary>The shortest value in bytes.</summary>
    public int MinLength { get; }

    /// <summary>The longest value in bytes.</summary>
    public int MaxLength { get; }

    /// <summary>
    /// Whether the option may occur more than once. ETag may in a request, not in a response (RFC 7252, 5.10.6), Q-Block2 likewise
    /// (RFC 9177, 4.1).
    /// </summary>
    public bool IsRepeatable { get; }

    /// <summary>The options of requests and responses, ascending by number.</summary>
    public static ReadOnlySpan<CoapOptionInfo> All => s_all;

    /// <summary>
    /// Whether a value of this length is one. If not, the option is to be treated like one that is not understood (RFC 7252, 5.4.3).
    /// </summary>
    /// <param name="length">The length of a value in bytes.</param>
    /// <returns>True within <see cref="MinLength"/> and <see cref="MaxLength"/>.</returns>
    public bool Allows(int length) => (uint)(length - MinLength) <= (uint)(MaxLength - MinLength);

    /// <summary>Finds what is known of an option of requests and responses.</summary>
    /// <param name="number">The Option Number.</param>
    /// <param name="info">The facts; the default if the result is false.</param>
    /// <returns>False if the number is not in the table.</returns>
    public static bool TryGet(CoapOptionNumber number, out CoapOptionInfo info)
    {
        int place = (int)number < s_places.Length ? s_places[(int)number] : 0;
        info = place == 0 ? default : s_all[place - 1];
        return place != 0;
    }

    /// <summary>Finds what is known of an option in a message of a code: signals number theirs each anew (RFC 8323, 5.2).</summary>
    /// <param name="code">The code of the message.</param>
    /// <param name="number">The Option Number.</param>
    /// <param name="info">The facts; the default if the result is false.</param>
    /// <returns>False if the number is not in the table of the code.</returns>
    public static bool TryGet(CoapCode code, CoapOptionNumber number, out CoapOptionInfo info)
    {
        if (!code.IsSignal)
        {
            return TryGet(number, out info);
        }

        foreach (CoapOptionInfo candidate in OfSignal(code))
        {
            if (candidate.Number == number)
            {
                info = candidate;
                return true;
            }
        }

        info = default;
        return false;
    }

    /// <summary>The name, or <c>Option 1234</c> of the default.</summary>
    /// <returns>Text for logs.</returns>
    public override string ToString() => Name ?? Phrase.Of($"Option {(int)Number}");

    private static CoapOptionInfo[] OfSignal(CoapCode code) =>
        code == CoapCode.Csm ? s_csm
        : code == CoapCode.Ping || code == CoapCode.Pong ? s_ping
        : code == CoapCode.Release ? s_release
        : code == CoapCode.Abort ? s_abort
        : [];

    private static byte[] Places(CoapOptionInfo[] all)
    {
        byte[] places = new byte[(int)all[^1].Number + 1];
        for (int i = 0; i < all.Length; i++)
        {
            places[(int)all[i].Number] = (byte)(i + 1);
        }

        return places;
    }
}
