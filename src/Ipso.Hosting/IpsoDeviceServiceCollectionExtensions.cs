using Ipso.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ipso.Hosting;

/// <summary>Puts LwM2M devices into a host.</summary>
public static class IpsoDeviceServiceCollectionExtensions
{
    /// <summary>
    /// Adds a device that starts and stops with the host. <see cref="Lwm2mDevice"/> is a singleton among the services. A
    /// <see cref="TimeProvider"/> among them is its clock.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="section">What <see cref="IpsoDeviceOptions"/> says, by the names of its properties.</param>
    /// <param name="configure">Sets what the section does not say; called after it was read.</param>
    /// <returns>Says what the device serves.</returns>
    /// <exception cref="InvalidOperationException">There is a device without a name already.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddIpsoDevice(builder.Configuration.GetSection("Device")).AddObject(new Temperature { SensorValue = 21.5 });
    /// </code>
    /// </example>
    public static IpsoDeviceBuilder AddIpsoDevice(
        this IServiceCollection services, IConfiguration section, Action<IpsoDeviceOptions>? configure = null) =>
        services.AddIpsoDevice(Options.DefaultName, section, configure);

    /// <summary>Adds a device that starts and stops with the host, and is set by code alone.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets its options.</param>
    /// <inheritdoc cref="AddIpsoDevice(IServiceCollection, IConfiguration, Action{IpsoDeviceOptions})"/>
    public static IpsoDeviceBuilder AddIpsoDevice(this IServiceCollection services, Action<IpsoDeviceOptions> configure) =>
        services.AddIpsoDevice(Options.DefaultName, configure);

    /// <summary>
    /// Adds one device of several: <see cref="Lwm2mDevice"/> is a keyed singleton under its name, and so are its objects and behaviours.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="name">The name, for this program alone; servers know the device by its Endpoint.</param>
    /// <param name="section">What <see cref="IpsoDeviceOptions"/> says, by the names of its properties.</param>
    /// <param name="configure">Sets what the section does not say; called after it was read.</param>
    /// <returns>Says what the device serves.</returns>
    /// <exception cref="InvalidOperationException">There is a device of this name already.</exception>
    public static IpsoDeviceBuilder AddIpsoDevice(
        this IServiceCollection services, string name, IConfiguration section, Action<IpsoDeviceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddIpsoDevice(name, options =>
        {
            OptionsReading.Read(section, options);
            configure?.Invoke(options);
        });
    }

    /// <summary>Adds one device of several, which is set by code alone.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="name">The name, for this program alone; servers know the device by its Endpoint.</param>
    /// <param name="configure">Sets its options.</param>
    /// <inheritdoc cref="AddIpsoDevice(IServiceCollection, string, IConfiguration, Action{IpsoDeviceOptions})"/>
    public static IpsoDeviceBuilder AddIpsoDevice(this IServiceCollection services, string name, Action<IpsoDeviceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.ServiceType == typeof(HostedDevice) && name.Equals(service.ServiceKey)))
        {
            throw new InvalidOperationException(
                $"The host has {(name.Length == 0 ? "a device without a name" : $"a device '{name}'")} already: "
                + "give each a name of its own, AddIpsoDevice(name, ...).");
        }

        IpsoDeviceBuilder builder = new(services, name);
        services.AddOptions<IpsoDeviceOptions>(name).Configure(configure);
        services.AddKeyedSingleton(name, (provider, _) => new HostedDevice(provider, name));
        if (name.Length == 0)
        {
            services.AddSingleton(Find);
        }
        else
        {
            services.AddKeyedSingleton(name, (provider, _) => Find(provider));
        }

        services.AddSingleton<IHostedService>(
            provider => new DeviceService(provider, provider.GetRequiredKeyedService<HostedDevice>(name), builder.Fill));
        return builder;

        Lwm2mDevice Find(IServiceProvider provider) => provider.GetRequiredKeyedService<HostedDevice>(name).Device;
    }
}
