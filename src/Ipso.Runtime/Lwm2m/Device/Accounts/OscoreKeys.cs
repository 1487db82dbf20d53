using Ipso.Coap.Oscore;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What a device and a server protect their messages with (LwM2M TS Transport, 5.4): the values become an instance of object 21. All is as
/// the device sees it; nothing of it is printed.
/// </summary>
public sealed record OscoreKeys
{
    /// <summary>The Master Secret (21/x/0), 16 random bytes by preference.</summary>
    public required ReadOnlyMemory<byte> MasterSecret { get; init; }

    /// <summary>The device's id when it sends (21/x/1), 0 to 7 bytes.</summary>
    public required ReadOnlyMemory<byte> SenderId { get; init; }

    /// <summary>The server's id when it sends (21/x/2), 0 to 7 bytes, and another.</summary>
    public required ReadOnlyMemory<byte> RecipientId { get; init; }

    /// <summary>The authenticated encryption (21/x/3).</summary>
    public AeadAlgorithm Algorithm { get; init; } = AeadAlgorithm.AesCcm16Tag64Key128;

    /// <summary>The hash that keys are derived with (21/x/4).</summary>
    public HmacAlgorithm Hmac { get; init; } = HmacAlgorithm.Sha256;

    /// <summary>The Master Salt (21/x/5); empty for none.</summary>
    public ReadOnlyMemory<byte> MasterSalt { get; init; }

    /// <summary>The ID Context (21/x/6), up to 64 bytes; empty for none.</summary>
    public ReadOnlyMemory<byte> IdContext { get; init; }

    /// <summary>The ids alone.</summary>
    /// <returns>Text for logs.</returns>
    public override string ToString() =>
        $"OSCORE, sender {Convert.ToHexStringLower(SenderId.Span)}, recipient {Convert.ToHexStringLower(RecipientId.Span)}";
}
