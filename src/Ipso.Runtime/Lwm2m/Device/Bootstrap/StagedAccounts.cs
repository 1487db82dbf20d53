using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>What a Bootstrap-Discover shows of the accounts in a tree. Of that of the Bootstrap-Server it shows nothing.</summary>
/// <param name="objects">The tree.</param>
internal sealed class StagedAccounts(ObjectTree objects) : IServerAccounts
{
    /// <inheritdoc/>
    public ushort? ShortServerIdOf(Lwm2mPath instance) => objects.Find(instance.ObjectId, instance.InstanceId) switch
    {
        LWM2MSecurity security => IdOf(security),
        LwM2MServer server => (ushort)server.ShortServerID,
        // An instance of OSCORE belongs to the account that points at it (LwM2M TS Transport, 5.4.3).
        { Definition.ObjectId: var id, InstanceId: var instanceId } => IdOfLink(new(id, instanceId)),
        _ => null,
    };

    /// <inheritdoc/>
    public string? ServerUriOf(Lwm2mPath instance) =>
        objects.Find(instance.ObjectId, instance.InstanceId) is LWM2MSecurity { BootstrapServer: false } security
            ? security.LWM2MServerURI
            : null;

    private static ushort? IdOf(LWM2MSecurity security) => security.BootstrapServer ? null : (ushort?)security.ShortServerID;

    private ushort? IdOfLink(ObjectLink link)
    {
        foreach (ObjectInstance instance in objects.OfObject(0))
        {
            if (instance is LWM2MSecurity security && security.OSCORESecurityMode == link)
            {
                return IdOf(security);
            }
        }

        return null;
    }
}
