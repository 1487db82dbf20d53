using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ipso.Hosting.Tests;

/// <summary>Hosts for tests: nothing of the machine's configuration, and a log that is kept.</summary>
internal static class DeviceHost
{
    internal static HostApplicationBuilder Create(LogRecorder log, params IEnumerable<(string Key, string? Value)> configuration)
    {
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(configuration.Select(static pair => KeyValuePair.Create(pair.Key, pair.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        return builder;
    }

    internal static IpsoDeviceBuilder AddDevice(this HostApplicationBuilder builder, Action<IpsoDeviceOptions>? configure = null) =>
        builder.Services.AddIpsoDevice(builder.Configuration.GetSection("Device"), options =>
        {
            // Waits are as long as they are said to be.
            options.Adjust = static device => device with { RetrySpread = 0 };
            configure?.Invoke(options);
        });

    internal static IpsoServerOptions At(string uri) => new() { Uri = uri };

    internal static T Get<T>(this IHost host)
        where T : notnull => host.Services.GetRequiredService<T>();
}
