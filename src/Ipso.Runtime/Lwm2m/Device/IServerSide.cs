using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Who says that a device has servers: the program by <see cref="ServerOptions"/>, <see cref="BootstrapServerOptions"/> or
/// <see cref="FactoryBootstrap"/>, or what is remembered. It is asked for what only a device with servers has: a native program without any
/// of these has nothing that answers, and none of that.
/// </summary>
internal interface IServerSide
{
    /// <summary>Makes the accounts, and puts their instances into the tree, where they are not.</summary>
    /// <exception cref="ArgumentException">What is said of them makes no sense.</exception>
    ServerAccounts MakeAccounts(DeviceOptions options, ObjectTree objects);

    /// <summary>Makes the registrations with the servers that a device has accounts of, or will.</summary>
    Registrations MakeRegistrations(DeviceEndpoint device);

    /// <summary>Makes the device's side of bootstrapping; <see langword="null"/> where there is nobody to do it.</summary>
    Bootstrapper? MakeBootstrapper(DeviceEndpoint device, Registrations registrations);
}
