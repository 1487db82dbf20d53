using Ipso.Coap;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The accounts that a device leaves the factory with, as a Bootstrap-Pack (LwM2M TS Core, 6.1.4 and 6.1.7.7): instances of Security (0),
/// Server (1) and Access Control (2). The account of the Bootstrap-Server may be among them.
/// </summary>
/// <param name="pack">The pack.</param>
/// <param name="format">Its Content-Format: SenML CBOR (112), SenML JSON (110) or LwM2M CBOR (11544).</param>
/// <example>
/// <code>
/// FactoryBootstrap = new(File.ReadAllBytes("accounts.json"), ContentFormat.SenMLJson)
/// </code>
/// </example>
public sealed class FactoryBootstrap(ReadOnlyMemory<byte> pack, ContentFormat format) : IServerSide
{
    /// <summary>The pack.</summary>
    public ReadOnlyMemory<byte> Pack { get; } = pack;

    /// <summary>Its Content-Format.</summary>
    public ContentFormat Format { get; } = format;

    /// <inheritdoc/>
    ServerAccounts IServerSide.MakeAccounts(DeviceOptions options, ObjectTree objects) => FactorySetup.Make(this, options, objects);

    /// <inheritdoc/>
    Registrations IServerSide.MakeRegistrations(DeviceEndpoint device) => ServerSide.MakeRegistrations(device);

    /// <inheritdoc/>
    Bootstrapper? IServerSide.MakeBootstrapper(DeviceEndpoint device, Registrations registrations) =>
        ServerSide.MakeBootstrapper(device, registrations);
}
