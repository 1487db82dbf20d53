namespace Ipso.Lwm2m.Device;

/// <summary>What only a device with servers has, and only an <see cref="IServerSide"/> leads to.</summary>
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
