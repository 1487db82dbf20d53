using System.Globalization;
using Ipso.Lwm2m.Device;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ipso.Hosting;

/// <summary>How a device stands with its servers and its storage, as a state of health.</summary>
/// <param name="hosted">The device.</param>
internal sealed class DeviceHealthCheck(HostedDevice hosted) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(context.Registration.FailureStatus));

    private HealthCheckResult Check(HealthStatus failure)
    {
        Dictionary<string, object> data = new(StringComparer.Ordinal);
        IReadOnlyList<ServerStatus> servers;
        try
        {
            servers = hosted.Device.GetServers();
        }
        catch (InvalidOperationException)
        {
            // An ObjectDisposedException is one, too.
            return new(failure, "The device does not run.");
        }

        foreach (ServerStatus server in servers)
        {
            Describe(server, data);
        }

        BootstrapState bootstrap = hosted.Device.BootstrapState;
        if (bootstrap != BootstrapState.Idle)
        {
            data["bootstrap"] = bootstrap.ToString();
        }

        string? fault = hosted.StorageFault;
        if (fault is not null)
        {
            data["storage"] = fault;
        }

        int registered = servers.Count(static server => server.State == ServerState.Registered);
        HealthStatus status = registered == 0 ? failure
            : registered < servers.Count || fault is not null ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        string description = servers.Count == 0
            ? "There is no server account."
            : string.Create(CultureInfo.InvariantCulture, $"Registered with {registered} of {servers.Count} servers.");
        return new(status, fault is null ? description : $"{description} {fault}", exception: null, data);
    }

    // Plain values under flat names, for whatever writes them out.
    private static void Describe(ServerStatus server, Dictionary<string, object> data)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"server.{server.ShortServerId}.");
        data[prefix + "uri"] = server.Uri;
        data[prefix + "state"] = server.State.ToString();
        data[prefix + "lastFailure"] = server.LastFailure.ToString();
        if (server.NextIn is { } next)
        {
            data[prefix + "nextInSeconds"] = next.TotalSeconds;
        }
    }
}
