using System.Net;
using Ipso.Lwm2m.Device;

namespace Ipso.Hosting;

/// <summary>
/// What a device in a host is told by its configuration and by code. Values are judged together when the host starts: what makes no sense
/// is an <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> with a line for each fault.
/// </summary>
/// <example>
/// <code>
/// "Device": {
///   "Endpoint": "urn:dev:mac:0024befffe804ff1",
///   "Server": { "Uri": "coap://leshan.example", "Lifetime": "00:05:00" },
///   "StorageFolder": "/var/lib/app"
/// }
/// </code>
/// </example>
/// <remarks>
/// A time in the configuration is <c>hh:mm:ss</c> or <c>d.hh:mm:ss</c>; a number alone is a fault, for .NET takes it for days. A key that is
/// not the name of a property here is a fault, too.
/// </remarks>
public sealed class IpsoDeviceOptions
{
    /// <summary>
    /// The Endpoint Client Name, unique among the devices of a server: by preference a URN such as <c>urn:dev:mac:0024befffe804ff1</c>
    /// (LwM2M TS Core, 7.4.1); 1 to 252 bytes of UTF-8.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary>The server to register with; the first one, if there are <see cref="Servers"/> too.</summary>
    public IpsoServerOptions? Server { get; set; }

    /// <summary>Further servers: in the configuration a list, or keys of any names.</summary>
    public IList<IpsoServerOptions> Servers { get; } = [];

    /// <summary>The server that gives the device its server accounts.</summary>
    public IpsoBootstrapServerOptions? BootstrapServer { get; set; }

    /// <summary>The version of LwM2M to register with: <c>1.0</c>, <c>1.1</c> or <c>1.2</c>, which is the default.</summary>
    public string? Version { get; set; }

    /// <summary>Queue mode: servers hold their requests while the device sleeps (LwM2M TS Transport, 6.5).</summary>
    public bool QueueMode { get; set; }

    /// <summary>
    /// How long the first Register or bootstrap after a start waits at most, by a time of chance, so that devices that get power back together do
    /// not come together: up to a day; no time where nobody says.
    /// </summary>
    public TimeSpan? StartSpread { get; set; }

    /// <summary>How long a device in queue mode stays awake after the last message, a second at least; 93 s where nobody says.</summary>
    public TimeSpan? AwakeTime { get; set; }

    /// <summary>
    /// How long the host may wait for the De-register when it stops, zero to an hour; 5 s where nobody says. The host's own
    /// <c>ShutdownTimeout</c> ends it, too.
    /// </summary>
    public TimeSpan? StopTimeout { get; set; }

    /// <summary>
    /// The folder in which the device keeps its accounts and rights (<see cref="Ipso.Net.FileStateStorage"/>): made where it is missing,
    /// and this device's alone. Without it nothing is kept.
    /// </summary>
    public string? StorageFolder { get; set; }

    /// <summary>The address and port to serve on, <c>address:port</c>; by default every address and a port that the system chooses.</summary>
    public IPEndPoint? LocalEndPoint { get; set; }

    /// <summary>The path that servers are told that the objects lie below; <c>/</c> where nobody says.</summary>
    public string? AlternatePath { get; set; }

    /// <summary>Whether there may be servers at <c>coap+tcp://</c> (<see cref="Ipso.Net.Lwm2mDevice.Tcp"/>); no where nobody says.</summary>
    public bool UsesTcp { get; set; }

    /// <summary>
    /// Called once, with the options that this all comes to, for what is not said here: sizes and times of CoAP, a storage or accounts of
    /// another kind. Not from the configuration.
    /// </summary>
    /// <example>
    /// <code>
    /// options.Adjust = device => device with { Reporting = new() { StoredValues = 1000 } };
    /// </code>
    /// </example>
    public Func<DeviceOptions, DeviceOptions>? Adjust { get; set; }

    /// <summary>What the configuration could not be read for.</summary>
    internal List<string> Faults { get; } = [];

    /// <summary>Where in the configuration this stands; <see langword="null"/> where only code has set it.</summary>
    internal string? Path { get; set; }
}
