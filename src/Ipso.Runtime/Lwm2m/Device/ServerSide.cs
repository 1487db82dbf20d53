namespace Ipso.Lwm2m.Device;

/// <summary>
/// What only a device with servers has. It is reached through methods of what the program says of servers, <see cref="ServerOptions"/>,
/// <see cref="BootstrapServerOptions"/>, <see cref="FactoryBootstrap"/>, or of its storage: a native program that makes none of these has
/// none of it.
/// </summary>
internal static class ServerSide
{
    /// <summary>The registrations with the servers that a device has accounts of, or will.</summary>
    internal static Registrations MakeRegistrations(DeviceEndpoint device) =>
        new(device.Engines, device.Reporter, device.Objects, device.Options, device.Accounts, device.Random)
        {
            BootstrapRequested = isTriggered => _ = device.RequestBootstrap(isTriggered),
            Changed = device.OnRegistration,
        };

    /// <summary>The device's side of bootstrapping.</summary>
    internal static Bootstrapper MakeBootstrapper(DeviceEndpoint device, Registrations registrations) =>
        new(device.Engines, device.Objects, device.Options, device.Accounts, registrations)
        {
            Remember = device.Remember,
            RefuseWrite = device.Context.Behaviours.RefuseWrite,
            Changed = e => device.BootstrapChanged?.Invoke(e),
        };
}
