using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// A server is gone for good (LwM2M TS Transport, 5.2.5).
public sealed partial class AccessControl
{
    /// <summary>
    /// Forgets a server whose account was removed: its entries go; what it owned goes to the server whose rights on it have the most of
    /// Write and Delete, the lowest Short Server ID of several; and what nobody else could access is deleted, with its rights. Mandatory
    /// objects and those of the accounts stay.
    /// </summary>
    /// <param name="shortServerId">The Short Server ID, of an account that may still be there.</param>
    /// <param name="deleted">Told of each Object Instance that is deleted, when it is; <see langword="null"/> to tell nobody.</param>
    internal void RemoveServer(ushort shortServerId, Action<Lwm2mPath>? deleted = null)
    {
        List<Lwm2mPath> gone = [];
        lock (_gate)
        {
            foreach (ObjectInstance instance in _objects.OfObject(ObjectId))
            {
                if (instance is not LwM2MAccessControl control)
                {
                    continue;
                }

                bool isConcerned = control.ACL.Remove(shortServerId) | control.AccessControlOwner == shortServerId;
                if (isConcerned && !TryPassOn(control, shortServerId))
                {
                    _objects.Remove(control);
                    DeleteTarget(control, gone);
                }
            }
        }

        // Outside of the lock: whoever is told may wait for one who wants to grant rights.
        foreach (Lwm2mPath path in gone)
        {
            deleted?.Invoke(path);
        }

        Changed?.Invoke();
    }

    // Whether somebody is left who has a right.
    private bool TryPassOn(LwM2MAccessControl control, ushort gone)
    {
        ushort heir = BootstrapOnly;
        int most = -1;
        foreach (ServerAccount account in _accounts.All)
        {
            if (account.ShortServerId == gone)
            {
                continue;
            }

            bool isOwner = control.AccessControlOwner == account.ShortServerId;
            bool hasOwn = control.ACL.TryGetValue(account.ShortServerId, out long rights);
            bool hasAny = hasOwn || isOwner || control.ACL.TryGetValue(DefaultEntry, out rights);
            rights = !hasOwn && isOwner ? (long)All : rights;
            if (!hasAny || rights == 0 && !isOwner)
            {
                continue;
            }

            int sum = ((rights & (long)AccessRights.Write) != 0 ? 1 : 0) + ((rights & (long)AccessRights.Delete) != 0 ? 1 : 0);
            if (sum > most)
            {
                (heir, most) = (account.ShortServerId, sum);
            }
        }

        // The right to create is bootstrap's to give, whoever has it.
        if (control.AccessControlOwner == gone)
        {
            control.AccessControlOwner = control.ObjectInstanceID == Lwm2mPath.MaxId ? BootstrapOnly : heir;
        }

        return most >= 0;
    }

    private void DeleteTarget(LwM2MAccessControl control, List<Lwm2mPath> gone)
    {
        if (control.ObjectInstanceID == Lwm2mPath.MaxId
            || _objects.Find((ushort)control.ObjectID, (ushort)control.ObjectInstanceID) is not { } target
            || target.Definition is { IsMandatory: true }
            || !_objects.Remove(target))
        {
            return;
        }

        gone.Add(PathOf(target));
    }
}
