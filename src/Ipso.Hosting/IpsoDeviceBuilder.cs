using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Net;
using Ipso.Net.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Ipso.Hosting;

/// <summary>
/// Says what a device in a host serves. Objects and behaviours are added in the order in which they are named here, before any service of
/// the host starts; and each is a singleton of its type among the services, under the device's name where it has one.
/// </summary>
public sealed class IpsoDeviceBuilder
{
    private readonly List<Action<IServiceProvider, Lwm2mDevice>> _fill = [];

    internal IpsoDeviceBuilder(IServiceCollection services, string name)
    {
        Services = services;
        Name = name;
    }

    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The device's name, by which it is a keyed service; empty for the device without a name.</summary>
    public string Name { get; }

    /// <summary>What is done with the device before it starts.</summary>
    internal IReadOnlyList<Action<IServiceProvider, Lwm2mDevice>> Fill => _fill;

    /// <summary>Adds an Object Instance.</summary>
    /// <typeparam name="T">The object.</typeparam>
    /// <param name="instance">The instance; it gets the lowest id that is free.</param>
    /// <returns>This.</returns>
    public IpsoDeviceBuilder AddObject<T>(T instance)
        where T : ObjectInstance
    {
        ArgumentNullException.ThrowIfNull(instance);
        return AddObject(_ => instance);
    }

    /// <summary>Adds an Object Instance that is made with the services of the host, once.</summary>
    /// <typeparam name="T">The object.</typeparam>
    /// <param name="make">Makes it. The device may be among the services that it asks for.</param>
    /// <returns>This.</returns>
    public IpsoDeviceBuilder AddObject<T>(Func<IServiceProvider, T> make)
        where T : ObjectInstance
    {
        object key = Share(make);
        return Configure((services, device) => device.Objects.Add(services.GetRequiredKeyedService<T>(key)));
    }

    /// <summary>Adds a behaviour, and the Object Instance that it acts for (<see cref="Lwm2mDevice.Attach"/>).</summary>
    /// <typeparam name="T">The behaviour.</typeparam>
    /// <param name="behaviour">The behaviour; it belongs to one device.</param>
    /// <returns>This.</returns>
    public IpsoDeviceBuilder AddBehaviour<T>(T behaviour)
        where T : ObjectBehaviour
    {
        ArgumentNullException.ThrowIfNull(behaviour);
        return AddBehaviour(_ => behaviour);
    }

    /// <summary>Adds a behaviour that is made with the services of the host, once.</summary>
    /// <typeparam name="T">The behaviour.</typeparam>
    /// <param name="make">Makes it. The device may be among the services that it asks for.</param>
    /// <returns>This.</returns>
    public IpsoDeviceBuilder AddBehaviour<T>(Func<IServiceProvider, T> make)
        where T : ObjectBehaviour
    {
        object key = Share(make);
        return Configure((services, device) => device.Attach(services.GetRequiredKeyedService<T>(key)));
    }

    /// <summary>
    /// Gives the device datagram security, for servers at <c>coaps://</c> (<see cref="Lwm2mDevice.Security"/>). The host disposes it.
    /// </summary>
    /// <param name="make">Makes it, once.</param>
    /// <returns>This.</returns>
    /// <example>
    /// <code>
    /// .UseSecurity(_ => new OpenSslSecurity())
    /// </code>
    /// </example>
    public IpsoDeviceBuilder UseSecurity(Func<IServiceProvider, DatagramSecurity> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        Services.AddKeyedSingleton<DatagramSecurity>(Name, (services, _) => make(services));
        return this;
    }

    /// <summary>
    /// Does anything else with the device before it starts: objects that servers may create, rights, callbacks. Callbacks are added with
    /// <c>+=</c>; the log has its own.
    /// </summary>
    /// <param name="configure">Called once, before any service of the host starts.</param>
    /// <returns>This.</returns>
    /// <example>
    /// <code>
    /// .Configure((services, device) => device.Objects.Allow&lt;LightControl&gt;())
    /// </code>
    /// </example>
    public IpsoDeviceBuilder Configure(Action<IServiceProvider, Lwm2mDevice> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _fill.Add(configure);
        return this;
    }

    // A key of its own for each, since there may be several of a type; by the type the last one is found, and all of them.
    private object Share<T>(Func<IServiceProvider, T> make)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(make);
        object key = new();
        Services.AddKeyedSingleton(key, (services, _) => make(services));
        if (Name.Length == 0)
        {
            Services.AddSingleton(services => services.GetRequiredKeyedService<T>(key));
        }
        else
        {
            Services.AddKeyedSingleton(Name, (services, _) => services.GetRequiredKeyedService<T>(key));
        }

        return key;
    }
}
