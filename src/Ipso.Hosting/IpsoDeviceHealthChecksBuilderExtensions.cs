using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Ipso.Hosting;

/// <summary>Has the health of devices checked.</summary>
public static class IpsoDeviceHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of a device: healthy if it is registered with all its servers; degraded if with some, or if its storage is at fault;
    /// unhealthy if with none, as long as it has no server account, and if it does not run.
    /// </summary>
    /// <param name="builder">The checks.</param>
    /// <param name="device">The device's name; <see langword="null"/> for the device without.</param>
    /// <param name="name">The check's name; <c>ipso</c>, or <c>ipso:</c> and the device's name, where nobody says.</param>
    /// <param name="failureStatus">What is said instead of unhealthy.</param>
    /// <param name="tags">To choose checks by.</param>
    /// <returns>The checks.</returns>
    /// <remarks>
    /// The data have for each server, with its Short Server ID for N, <c>server.N.uri</c>, <c>server.N.state</c>, <c>server.N.lastFailure</c>
    /// (<c>None</c> since the last success) and <c>server.N.nextInSeconds</c>, the time until the next Register or Update; besides
    /// <c>bootstrap</c>, where one is under way, and <c>storage</c>, what is wrong with it. What was found damaged at the start stays a fault
    /// until the next one.
    /// </remarks>
    public static IHealthChecksBuilder AddIpsoDeviceCheck(
        this IHealthChecksBuilder builder,
        string? device = null,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string key = device ?? Options.DefaultName;
        return builder.Add(new(
            name ?? (key.Length == 0 ? "ipso" : $"ipso:{key}"),
            services => new DeviceHealthCheck(services.GetKeyedService<HostedDevice>(key) ?? throw NoDevice(key)),
            failureStatus,
            tags));
    }

    private static InvalidOperationException NoDevice(string key) => new(
        key.Length == 0
            ? "The host has no device without a name: add one with AddIpsoDevice, or give the check the name of another."
            : $"The host has no device '{key}': add it with AddIpsoDevice(\"{key}\", ...).");
}
