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
public sealed record BootstrapServerOptions
{
    /// <summary>Names a Bootstrap-Server.</summary>
    /// <param name="uri"><c>coap://host</c> or <c>coap://host:port</c>; the host is a name or an address (0/x/0).</param>
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

    /// <summary>The instance of Security that says this; its keys are in the instance 0.</summary>
    internal LWM2MSecurity ToSecurity() => new()
    {
        LWM2MServerURI = Uri,
        BootstrapServer = true,
        SecurityMode = 3,
        PublicKeyOrIdentity = Array.Empty<byte>(),
        ServerPublicKey = Array.Empty<byte>(),
        SecretKey = Array.Empty<byte>(),
        ClientHoldOffTime = (long)HoldOff.TotalSeconds,
        BootstrapServerAccountTimeout = (long)AccountTimeout.TotalSeconds,
        OSCORESecurityMode = Oscore is null ? null : new ObjectLink(21, 0),
    };
}
