using Ipso.Buffers;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Which server may do what (LwM2M TS Core, 8). It is asked where several servers have an account, and there are instances of the object
/// Access Control (2); else every server may do everything. Those instances come by bootstrap, or from the program by <see cref="Grant"/>.
/// </summary>
/// <remarks>Any thread may grant while the device serves.</remarks>
public sealed partial class AccessControl
{
    /// <summary>The Short Server ID of the entry for all servers that have none of their own.</summary>
    public const ushort DefaultEntry = 0;

    /// <summary>The owner of what bootstrap alone may change.</summary>
    public const ushort BootstrapOnly = Lwm2mPath.MaxId;

    /// <summary>The id of the object Access Control.</summary>
    internal const ushort ObjectId = 2;

    /// <summary>All that can be done to an Object Instance.</summary>
    internal const AccessRights All = AccessRights.Read | AccessRights.Write | AccessRights.Execute | AccessRights.Delete;

    private readonly ObjectTree _objects;
    private readonly ServerAccounts _accounts;
    private readonly Lock _gate = new();

    internal AccessControl(ObjectTree objects, ServerAccounts accounts)
    {
        _objects = objects;
        _accounts = accounts;
    }

    /// <summary>Called when the program has changed rights, on its thread.</summary>
    internal Action? Changed { get; set; }

    /// <summary>Whether rights are looked up: with one server, or without an instance of Access Control, everything is permitted.</summary>
    public bool IsInForce => _accounts.All.Length > 1 && !_objects.OfObject(ObjectId).IsEmpty;

    /// <summary>
    /// Gives a server rights on an Object Instance, in place of those that it had. An instance of Access Control is made where there is
    /// none for the target; the first one of all puts access control in force, and what has none is nobody's then.
    /// </summary>
    /// <param name="target">An Object Instance; or an Object, for the right to create instances of it.</param>
    /// <param name="shortServerId">
    /// The Short Server ID, 1 to 65534; <see cref="DefaultEntry"/> for all that have no rights of their own.
    /// </param>
    /// <param name="rights">The rights: of an Object <see cref="AccessRights.Create"/> or none, of an instance the others.</param>
    /// <exception cref="ArgumentException">Of the target there are no such rights, or of it there are none at all.</exception>
    public void Grant(Lwm2mPath target, ushort shortServerId, AccessRights rights)
    {
        CheckTarget(target);
        ArgumentOutOfRangeException.ThrowIfEqual(shortServerId, Lwm2mPath.MaxId);
        AccessRights possible = target.Depth == 1 ? AccessRights.Create : All;
        if ((rights & ~possible) != 0)
        {
            throw new ArgumentException(Phrase.Of($"Of {target} there are no other rights than: {possible}."), nameof(rights));
        }

        if (target.Depth == 1 && shortServerId == DefaultEntry)
        {
            throw new ArgumentException("Only an entry of its own lets a server create (LwM2M TS Core, 8.2.1).", nameof(shortServerId));
        }

        lock (_gate)
        {
            FindOrMake(target).ACL[shortServerId] = (long)rights;
        }

        Changed?.Invoke();
    }

    /// <summary>
    /// Makes a server the owner of an Object Instance: it alone changes the rights, and has all of them as long as it has no entry.
    /// </summary>
    /// <param name="target">The Object Instance.</param>
    /// <param name="shortServerId">The Short Server ID; <see cref="BootstrapOnly"/> for none.</param>
    /// <exception cref="ArgumentException">The path is no Object Instance's, or one of those that have no rights.</exception>
    public void SetOwner(Lwm2mPath target, ushort shortServerId)
    {
        CheckTarget(target);
        ArgumentOutOfRangeException.ThrowIfEqual(target.Depth, 1, nameof(target));
        ArgumentOutOfRangeException.ThrowIfZero(shortServerId);
        lock (_gate)
        {
            FindOrMake(target).AccessControlOwner = shortServerId;
        }

        Changed?.Invoke();
    }

    /// <summary>What a server may do to an Object Instance, or to an Object: create instances. Allocates nothing.</summary>
    /// <param name="shortServerId">The Short Server ID; <see cref="BootstrapOnly"/> for the Bootstrap-Server, who may do all.</param>
    /// <param name="target">An Object, an Object Instance, or what lies below it.</param>
    public AccessRights RightsOf(ushort shortServerId, Lwm2mPath target)
    {
        if (target.Depth == 0 || CoreObjects.IsForBootstrapOnly(target.ObjectId))
        {
            return AccessRights.None;
        }

        // Bootstrap is never checked.
        if (!IsInForce || shortServerId == BootstrapOnly)
        {
            return target.Depth == 1 ? AccessRights.Create : All;
        }

        // Everybody sees who may do what, and the owner changes it; bootstrap alone makes and removes it.
        if (target.ObjectId == ObjectId)
        {
            bool isOwned = _objects.Find(ObjectId, target.InstanceId) is LwM2MAccessControl entry
                && entry.AccessControlOwner == shortServerId;
            return isOwned ? AccessRights.Read | AccessRights.Write : target.Depth == 1 ? AccessRights.None : AccessRights.Read;
        }

        if (Find(target.ObjectId, target.InstanceId) is not { } control)
        {
            return AccessRights.None;
        }

        bool hasOwn = control.ACL.TryGetValue(shortServerId, out long own);
        // Neither ownership nor the default entry helps to create.
        return target.Depth == 1 ? hasOwn ? (AccessRights)own & AccessRights.Create : AccessRights.None
            : hasOwn ? (AccessRights)own & All
            : control.AccessControlOwner == shortServerId ? All
            : control.ACL.TryGetValue(DefaultEntry, out long common) ? (AccessRights)common & All
            : AccessRights.None;
    }

    /// <summary>Whether a server may do something.</summary>
    /// <param name="server">The server; <see langword="null"/> where the device has no accounts, and everybody manages it.</param>
    /// <param name="target">An Object, to create instances, an Object Instance, or what lies below it.</param>
    /// <param name="needed">The right that it takes.</param>
    internal bool Permits(ServerAccount? server, Lwm2mPath target, AccessRights needed) =>
        server is null ? !IsInForce : server.IsPermitted(this, target, needed);

    /// <summary>
    /// Whether a server may hear that an Object Instance has come, gone or changed. The rights on one that is gone may have gone with it:
    /// nobody is kept from hearing of that.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="instance">The Object Instance, be it there or not.</param>
    internal bool PermitsNews(ServerAccount server, Lwm2mPath instance) =>
        Permits(server, instance, AccessRights.Read)
        || (_objects.Find(instance.ObjectId, instance.InstanceId) is null && Find(instance.ObjectId, instance.InstanceId) is null);

    /// <summary>Whether a server may write attributes: of an Object always, below it where it may read (LwM2M TS Core, 8.2.3).</summary>
    /// <param name="server">The server.</param>
    /// <param name="target">An Object, or what lies below it.</param>
    internal bool PermitsAttributes(ServerAccount server, Lwm2mPath target) =>
        target.Depth == 1 || Permits(server, target, AccessRights.Read);

    /// <summary>Those of the Object Instances that a server may read.</summary>
    /// <param name="server">The server.</param>
    /// <param name="instances">The Object Instances.</param>
    /// <param name="rented">What was rented for the answer, to be given back by <see cref="Return"/>.</param>
    internal ReadOnlySpan<ObjectInstance> Readable(
        ServerAccount server, ReadOnlySpan<ObjectInstance> instances, scoped ref ObjectInstance[]? rented)
    {
        if (!IsInForce || instances.IsEmpty)
        {
            return instances;
        }

        rented = SpareArrays<ObjectInstance>.Rent(instances.Length);
        int count = 0;
        foreach (ObjectInstance instance in instances)
        {
            if (Permits(server, PathOf(instance), AccessRights.Read))
            {
                rented[count++] = instance;
            }
        }

        return rented.AsSpan(0, count);
    }

    internal static void Return(ObjectInstance[]? rented)
    {
        if (rented is not null)
        {
            SpareArrays<ObjectInstance>.Return(rented, isCleared: true);
        }
    }

    /// <summary>An Object Instance was created by a server, who owns it from now on (LwM2M TS Core, 6.3.6).</summary>
    internal void OnCreated(ServerAccount? server, ObjectInstance instance)
    {
        if (IsInForce)
        {
            server?.Own(this, instance);
        }
    }

    /// <summary>Makes a server the owner of what it has created, with all rights.</summary>
    internal void SetCreator(ushort server, ObjectInstance instance)
    {
        lock (_gate)
        {
            LwM2MAccessControl control = FindOrMake(PathOf(instance));
            control.AccessControlOwner = server;
            control.ACL.Clear();
            control.ACL[server] = (long)All;
        }
    }

    /// <summary>An Object Instance was deleted by a server: nobody has rights on it any more.</summary>
    internal void OnDeleted(Lwm2mPath instance)
    {
        lock (_gate)
        {
            if (Find(instance.ObjectId, instance.InstanceId) is { } control)
            {
                _objects.Remove(control);
            }
        }
    }

    internal static Lwm2mPath PathOf(ObjectInstance instance) => new(instance.Definition.ObjectId, instance.InstanceId);

    private LwM2MAccessControl? Find(ushort objectId, ushort instanceId)
    {
        foreach (ObjectInstance instance in _objects.OfObject(ObjectId))
        {
            if (instance is LwM2MAccessControl control && control.ObjectID == objectId && control.ObjectInstanceID == instanceId)
            {
                return control;
            }
        }

        return null;
    }

    private LwM2MAccessControl FindOrMake(Lwm2mPath target)
    {
        if (Find(target.ObjectId, target.InstanceId) is { } control)
        {
            return control;
        }

        control = new() { ObjectID = target.ObjectId, ObjectInstanceID = target.InstanceId, AccessControlOwner = BootstrapOnly };
        _objects.Add(control);
        return control;
    }

    private static void CheckTarget(Lwm2mPath target)
    {
        if (target.Depth is not (1 or 2) || target.ObjectId == ObjectId || CoreObjects.IsForBootstrapOnly(target.ObjectId))
        {
            throw new ArgumentException(Phrase.Of($"{target} is no Object or Object Instance that servers have rights on."), nameof(target));
        }
    }
}
