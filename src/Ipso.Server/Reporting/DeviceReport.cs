using Ipso.Lwm2m.Model;
using Ipso.Server.Registration;

namespace Ipso.Server.Reporting;

/// <summary>What a device has sent of its own accord (Send; LwM2M TS Core, 6.4.6).</summary>
/// <param name="Device">The device.</param>
/// <param name="Records">The values, each with its path and perhaps its time, in the order of the payload; none where it makes no sense.</param>
public sealed record DeviceReport(RegisteredDevice Device, ResourceRecords Records)
{
    /// <summary>What is wrong with the payload, which the device was told (4.00); <see langword="null"/> where nothing is.</summary>
    public PayloadError? Fault { get; init; }

    /// <summary>The endpoint, and the number of values or what is wrong.</summary>
    public override string ToString() => Fault is { } fault ? $"{Device.Endpoint}: {fault}" : $"{Device.Endpoint}: {Records.Count} values";
}
