using Ipso.Coap.Oscore;
using Ipso.Net.Security;

namespace Ipso.Hosting;

/// <summary>
/// What messages are protected with by OSCORE (RFC 8613), as this side sees it: on the other one Sender ID and Recipient ID change places. The
/// Master Secret belongs into a file, or into the environment (<c>Device__Server__Oscore__MasterSecret</c>), and not into what is checked in.
/// </summary>
public sealed class IpsoOscoreOptions
{
    /// <summary>The Master Secret (21/x/0) as text, written as <see cref="KeyEncoding"/> says; 1 byte at least, 16 random ones by
    /// preference.</summary>
    public string? MasterSecret { get; set; }

    /// <summary>A file with the Master Secret as text, in place of <see cref="MasterSecret"/>.</summary>
    public string? MasterSecretFile { get; set; }

    /// <summary>The Master Salt (21/x/5) as text, written as <see cref="KeyEncoding"/> says; none where nobody says.</summary>
    public string? MasterSalt { get; set; }

    /// <summary>A file with the Master Salt as text, in place of <see cref="MasterSalt"/>.</summary>
    public string? MasterSaltFile { get; set; }

    /// <summary>How secret and salt are written: <c>Hex</c>, <c>Base64</c> or <c>Text</c>; <c>Hex</c> where nobody says.</summary>
    public KeyEncoding? KeyEncoding { get; set; }

    /// <summary>The id of this side when it sends (21/x/1), in hexadecimal: 0 to 7 bytes, and 0 to 6 or 1 with an <see cref="Aead"/> whose nonce
    /// has 12 or 7.</summary>
    public string? SenderId { get; set; }

    /// <summary>The other side's id when it sends (21/x/2), in hexadecimal: as long as <see cref="SenderId"/> may be, and another.</summary>
    public string? RecipientId { get; set; }

    /// <summary>The ID Context (21/x/6), in hexadecimal: up to 64 bytes; none where nobody says.</summary>
    public string? IdContext { get; set; }

    /// <summary>The authenticated encryption (21/x/3); <c>AesCcm16Tag64Key128</c> where nobody says.</summary>
    public AeadAlgorithm? Aead { get; set; }

    /// <summary>The hash that keys are derived with (21/x/4); <c>Sha256</c> where nobody says.</summary>
    public HmacAlgorithm? Hmac { get; set; }

    /// <inheritdoc cref="IpsoDeviceOptions.Path"/>
    internal string? Path { get; set; }
}
