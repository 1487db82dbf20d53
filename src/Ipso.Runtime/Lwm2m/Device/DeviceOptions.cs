using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>How a device serves its objects. Immutable; a value that makes no sense throws where it is set.</summary>
public sealed record DeviceOptions
{
    /// <summary>The CoAP engine's sizes and times.</summary>
    public CoapEndpointOptions Coap { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>Bounds and choices of information reporting.</summary>
    public ReportingOptions Reporting { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();
}
