using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>What operations on the objects stand on: the tree, who may do what, and who is told.</summary>
/// <param name="objects">The objects.</param>
/// <param name="access">The rights.</param>
internal sealed class ManagementContext(ObjectTree objects, AccessControl access) : ICompositeGuard
{
    private ServerAccount? _writer;

    internal ObjectTree Objects => objects;

    internal AccessControl Access => access;

    /// <summary>What the objects do besides keeping values.</summary>
    internal ObjectBehaviours Behaviours { get; } = new();

    /// <summary>Told of what servers have done.</summary>
    internal Action<ServerChange>? Changed { get; set; }

    /// <summary>
    /// The registrations, which know the version of LwM2M that was agreed on with a server; <see langword="null"/> where there are none.
    /// </summary>
    internal Registrations? Registrations { get; set; }

    /// <summary>Called when a server has changed accounts or rights, its own or by what it has created or deleted.</summary>
    internal Action? RememberedChanged { get; set; }

    internal void Report(ServerChangeKind kind, Lwm2mPath path, ServerAccount? server)
    {
        if (path.ObjectId is 1 or AccessControl.ObjectId || kind != ServerChangeKind.Written)
        {
            RememberedChanged?.Invoke();
        }

        if (kind == ServerChangeKind.Written)
        {
            Behaviours.OnWritten(path);
        }

        Changed?.Invoke(new(kind, path, server?.ShortServerId));
    }

    /// <summary>Guards the Write-Composite of a server, until the next one.</summary>
    internal ICompositeGuard GuardFor(ServerAccount? server)
    {
        _writer = server;
        return this;
    }

    PayloadFault ICompositeGuard.Judge(ObjectInstance instance)
    {
        Lwm2mPath path = AccessControl.PathOf(instance);
        return !access.Permits(_writer, path, AccessRights.Write) ? PayloadFault.Unauthorized
            : Behaviours.RefuseWrite(path) is not null ? PayloadFault.NotNow
            : PayloadFault.None;
    }

    void ICompositeGuard.HasWritten(ObjectInstance instance) =>
        Report(ServerChangeKind.Written, AccessControl.PathOf(instance), _writer);
}
