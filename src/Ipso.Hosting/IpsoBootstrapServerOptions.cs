namespace Ipso.Hosting;

/// <summary>
/// A Bootstrap-Server, and how the device bootstraps: what <see cref="Ipso.Lwm2m.Device.BootstrapServerOptions"/> and
/// <see cref="Ipso.Lwm2m.Device.BootstrapOptions"/> say, to be set and configured.
/// </summary>
public sealed class IpsoBootstrapServerOptions
{
    /// <summary><c>coap://host</c> or <c>coaps://host</c>, perhaps with <c>:port</c>; the host is a name or an address (0/x/0).</summary>
    public string? Uri { get; set; }

    /// <summary>How the device and the Bootstrap-Server prove who they are, for <c>coaps://</c>; the device's security is
    /// <see cref="IpsoDeviceBuilder.UseSecurity"/>.</summary>
    public IpsoSecurityOptions? Security { get; set; }

    /// <summary>What all messages to and from the server are protected with, by OSCORE, inside DTLS or alone (0/x/17); nothing where nobody
    /// says. The device then has a <see cref="IpsoDeviceOptions.StorageFolder"/>.</summary>
    public IpsoOscoreOptions? Oscore { get; set; }

    /// <summary>How long the device waits before it asks (0/x/11), in whole seconds; zero where nobody says.</summary>
    public TimeSpan? HoldOff { get; set; }

    /// <summary>After which time the device drops this account (0/x/12), in whole seconds; zero, or nothing, for never.</summary>
    public TimeSpan? AccountTimeout { get; set; }

    /// <summary>Whether to ask for a Bootstrap-Pack first; yes where nobody says.</summary>
    public bool? AsksForPack { get; set; }

    /// <summary>Whether its commands may come from another port of its address than the one in <see cref="Uri"/>.</summary>
    public bool AsksFromAnyPort { get; set; }

    /// <summary>The wait after a bootstrap that has failed, doubled with each: a second to a day; a minute where nobody says.</summary>
    public TimeSpan? RetryDelay { get; set; }

    /// <summary>The longest of these waits, a second to a day; an hour where nobody says.</summary>
    public TimeSpan? MaxRetryDelay { get; set; }

    /// <inheritdoc cref="IpsoDeviceOptions.Path"/>
    internal string? Path { get; set; }
}
