using System.Collections.Immutable;

namespace Ipso.Lwm2m.Device;

/// <summary>How firmware comes to a device, and what was before it started. Immutable.</summary>
public sealed record FirmwareUpdateOptions
{
    /// <summary>
    /// Fetches an image from where a server says (Package URI): begins to, on the device's thread, and returns. <c>Ipso.Net</c> has
    /// <c>CoapFirmwareSource</c> for CoAP. Where there is none, servers can only push images.
    /// </summary>
    public Action<FirmwareDownload>? Fetch { get; init; }

    /// <summary>What <see cref="Fetch"/> speaks; CoAP by default. A URI of another scheme is Update Result 9.</summary>
    public ImmutableArray<FirmwareProtocol> Protocols { get; init => field = value.IsDefault ? [] : value; } = [FirmwareProtocol.Coap];

    /// <summary>
    /// How the update has ended that the device was restarted for: a program that finds itself to be the new firmware says
    /// <see cref="FirmwareUpdateResult.Success"/>, one that finds itself to be the old one <see cref="FirmwareUpdateResult.Failed"/>.
    /// </summary>
    public FirmwareUpdateResult Result { get; init; }
}
