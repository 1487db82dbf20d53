namespace Ipso.Hosting;

/// <summary>A server to register with: what <see cref="Ipso.Lwm2m.Device.ServerOptions"/> says, to be set and configured.</summary>
/// <remarks>Where a value is <see langword="null"/>, that class says what counts.</remarks>
public sealed class IpsoServerOptions
{
    /// <summary><c>coap://host</c> or <c>coaps://host</c>, perhaps with <c>:port</c>; the host is a name or an address (0/x/0).</summary>
    public string? Uri { get; set; }

    /// <summary>How the device and the server prove who they are, for <c>coaps://</c>; the device's security is
    /// <see cref="IpsoDeviceBuilder.UseSecurity"/>.</summary>
    public IpsoSecurityOptions? Security { get; set; }

    /// <summary>What all messages to and from the server are protected with, by OSCORE, inside DTLS or alone (0/x/17); nothing where nobody
    /// says. The device then has a <see cref="IpsoDeviceOptions.StorageFolder"/>.</summary>
    public IpsoOscoreOptions? Oscore { get; set; }

    /// <summary>The Short Server ID, 1 to 65534 (0/x/10); the server's place among the device's, from 1, where nobody says.</summary>
    public int? ShortServerId { get; set; }

    /// <summary>
    /// How long a registration lasts without an Update (1/x/1): whole seconds up to 2147483647, or zero for ever. A day where nobody says.
    /// </summary>
    public TimeSpan? Lifetime { get; set; }

    /// <summary>The transports that the server may use, letters out of U M H T S N (1/x/7); <c>U</c> where nobody says.</summary>
    public string? Binding { get; set; }

    /// <summary>The pmin of observations that have none (1/x/2), in whole seconds.</summary>
    public TimeSpan? DefaultMinimumPeriod { get; set; }

    /// <summary>The pmax of observations that have none (1/x/3), in whole seconds.</summary>
    public TimeSpan? DefaultMaximumPeriod { get; set; }

    /// <summary>How long a Disable lasts (1/x/5), in whole seconds; a day where nobody says.</summary>
    public TimeSpan? DisableTimeout { get; set; }

    /// <summary>Whether notifications are kept while the server cannot be reached (1/x/6); yes where nobody says.</summary>
    public bool? StoresNotifications { get; set; }

    /// <summary>The place in the order of registration, lowest first, from 0 (1/x/13); without it the server waits for no other.</summary>
    public int? PriorityOrder { get; set; }

    /// <summary>How long to wait when its turn comes (1/x/14), in whole seconds.</summary>
    public TimeSpan? InitialDelay { get; set; }

    /// <summary>Whether the servers behind it in the order wait until it has succeeded (1/x/15); no where nobody says.</summary>
    public bool? BlocksOnFailure { get; set; }

    /// <summary>Whether a failed registration is a reason to bootstrap (1/x/16); yes where nobody says.</summary>
    public bool? BootstrapsOnFailure { get; set; }

    /// <summary>The attempts of a communication sequence, from 1 (1/x/17); 5 where nobody says.</summary>
    public int? RetryCount { get; set; }

    /// <summary>The wait after the first attempt, doubled with each (1/x/18), in whole seconds; 60 s where nobody says.</summary>
    public TimeSpan? RetryTimer { get; set; }

    /// <summary>The wait after a sequence that has failed (1/x/19), in whole seconds; a day where nobody says.</summary>
    public TimeSpan? SequenceDelay { get; set; }

    /// <summary>The sequences after which the registration has failed, from 1 (1/x/20); 1 where nobody says.</summary>
    public int? SequenceCount { get; set; }

    /// <summary>Whether the device may not Send (1/x/23); it may not where nobody says.</summary>
    public bool? MutesSend { get; set; }

    /// <summary>Whether the server's requests may come from another port of its address than the one in <see cref="Uri"/>.</summary>
    public bool AsksFromAnyPort { get; set; }

    /// <inheritdoc cref="IpsoDeviceOptions.Path"/>
    internal string? Path { get; set; }
}
