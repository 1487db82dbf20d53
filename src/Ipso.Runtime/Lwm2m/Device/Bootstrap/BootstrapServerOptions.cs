using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// A Bootstrap-Server: it gives the device its server accounts. The values become an instance of the Security object (0). Immutable; a value
/// that makes no sense throws where it is set.
/// </summary>
/// <example>
/// <code>
/// BootstrapServer = new("coap://bootstrap.example") { HoldOff = TimeSpan.FromSeconds(10) }
/// </code>
/// </example>
public sealed record BootstrapServerOptions : IServerSide
{
    /// <summary>Names a Bootstrap-Server.</summary>
    /// <param name="uri"><c>coap://host</c> or <c>coaps://host</c>, perhaps with <c>:port</c>; the host is a name or an address (0/x/0).</param>
    /// <exception cref="UriFormatException">It is no such URI, or its scheme is unknown or has no transport.</exception>
    public BootstrapServerOptions(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!ServerUri.TryParse(uri, out _, out string fault))
        {
            throw new UriFormatException($"'{uri}' {fault}.");
        }

        Uri = uri;
    }

    /// <summary>Where the Bootstrap-Server is (0/x/0).</summary>
    public string Uri { get; }

    /// <summary>How the Bootstrap-Server and the device prove who they are; <see cref="ServerSecurity.NoSec"/> by default, which is for
    /// <c>coap://</c>, as every other is for <c>coaps://</c>.</summary>
    public ServerSecurity Security { get; init; } = ServerSecurity.NoSec;

    /// <summary>
    /// How long the device waits before it asks, once it knows that it has to (0/x/11): whole seconds up to 2147483647; zero by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan HoldOff { get; init => field = ServerOptions.Seconds(value); }

    /// <summary>
    /// How long after a bootstrap, or a start with server accounts, the device drops this account (0/x/12), in whole seconds; zero, the
    /// default, for never.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan AccountTimeout { get; init => field = ServerOptions.Seconds(value); }

    /// <summary>
    /// The keys of OSCORE that all messages to and from the server are protected by (0/x/17); the device then has
    /// <see cref="DeviceOptions.Protection"/>. <see langword="null"/>: no protection.
    /// </summary>
    public OscoreKeys? Oscore { get; init; }

    /// <inheritdoc/>
    ServerAccounts IServerSide.MakeAccounts(DeviceOptions options, ObjectTree objects) => AccountSetup.Make(options, objects);

    /// <inheritdoc/>
    Registrations IServerSide.MakeRegistrations(DeviceEndpoint device) => ServerSide.MakeRegistrations(device);

    /// <inheritdoc/>
    Bootstrapper? IServerSide.MakeBootstrapper(DeviceEndpoint device, Registrations registrations) =>
        ServerSide.MakeBootstrapper(device, registrations);

    /// <summary>The instance of Security that says this; its keys of OSCORE are in the instance 0.</summary>
    internal LWM2MSecurity ToSecurity()
    {
        LWM2MSecurity security = Security.ToInstance(Uri, isBootstrapServer: true);
        security.ClientHoldOffTime = (long)HoldOff.TotalSeconds;
        security.BootstrapServerAccountTimeout = (long)AccountTimeout.TotalSeconds;
        security.OSCORESecurityMode = Oscore is null ? null : new ObjectLink(21, 0);
        return security;
    }

    /// <summary>The name alone: a native program would have all that formats the values, whether it prints them or not.</summary>
    public override string ToString() => nameof(BootstrapServerOptions) + " " + Uri;
}
