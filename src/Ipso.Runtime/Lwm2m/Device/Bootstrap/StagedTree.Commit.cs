using System.Diagnostics.CodeAnalysis;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// The end: what is new is completed by the program, and everything becomes true.
internal sealed partial class StagedTree
{
    /// <summary>
    /// Has the program fill in and take what is new, and looks whether anything mandatory is missing then. Server accounts are not looked at.
    /// </summary>
    /// <param name="fault">What is wrong, in words.</param>
    internal bool TryComplete([NotNullWhen(false)] out string? fault)
    {
        fault = null;
        LeaveOutKeys();
        foreach ((Lwm2mPath path, StagedInstance staged) in _instances)
        {
            if (staged.IsGone || staged.Copy is not { } copy || IsKept(path.ObjectId))
            {
                continue;
            }

            if (!staged.IsTaken && View.FindAllowed(path.ObjectId)?.Creating?.Invoke(copy) == false)
            {
                fault = $"the device does not take {path}";
                return false;
            }

            staged.IsTaken = true;
            if (FindMissing(copy) is { } missing)
            {
                fault = $"{path} is without its mandatory resource {missing}";
                return false;
            }
        }

        foreach ((Lwm2mPath path, StagedInstance staged) in _instances)
        {
            // The program may have been faster.
            if (staged is { Live: null, IsGone: false } && _live.Find(path.ObjectId, path.InstanceId) is not null)
            {
                fault = $"the device has made an instance {path} of its own meanwhile";
                return false;
            }
        }

        for (int i = 0; i < _waiting.Count; i++)
        {
            if (!TryWrite(i, applies: false, out fault))
            {
                return false;
            }
        }

        return true;
    }

    // Without security keys are of no use, and not everybody sends them then. They are mandatory all the same.
    private void LeaveOutKeys()
    {
        foreach (ObjectInstance instance in View.OfObject(Security))
        {
            if (instance is LWM2MSecurity { SecurityMode: AccountCheck.NoSec } security)
            {
                security.PublicKeyOrIdentity = security.PublicKeyOrIdentity;
                security.ServerPublicKey = security.ServerPublicKey;
                security.SecretKey = security.SecretKey;
            }
        }
    }

    /// <summary>The first mandatory resource with a value that an Object Instance does not have.</summary>
    internal static ResourceInfo? FindMissing(ObjectInstance instance)
    {
        ReadOnlySpan<ResourceInfo> resources = instance.Definition.Resources;
        for (int i = 0; i < resources.Length; i++)
        {
            if (resources[i] is { IsMandatory: true, IsExecutable: false } && !instance.IsPresent(i))
            {
                return resources[i];
            }
        }

        return null;
    }

    /// <summary>Makes everything true. The copies are used up.</summary>
    /// <returns>What was done, in ascending order of paths; of what was deleted and written again both.</returns>
    internal List<(ServerChangeKind Kind, Lwm2mPath Path)> Commit()
    {
        DropServersOfDeletedAccounts();
        List<(ServerChangeKind Kind, Lwm2mPath Path)> changes = [];
        Lwm2mPath[] paths = new Lwm2mPath[_instances.Count];
        _instances.Keys.CopyTo(paths, 0);
        Array.Sort(paths, static (x, y) => x.Packed.CompareTo(y.Packed));
        foreach (Lwm2mPath path in paths)
        {
            StagedInstance staged = _instances[path];
            bool isReplaced = staged is { Copy: not null, WasDeleted: true } && !IsKept(path.ObjectId);
            if (staged.Live is { } old && (staged.IsGone || isReplaced) && _live.Remove(old))
            {
                changes.Add((ServerChangeKind.Deleted, path));
            }
        }

        foreach (Lwm2mPath path in paths)
        {
            StagedInstance staged = _instances[path];
            if (staged is { IsGone: false, IsWritten: true })
            {
                Settle(path, staged, changes);
            }
        }

        for (int i = 0; i < _waiting.Count; i++)
        {
            _ = TryWrite(i, applies: true, out _);
        }

        changes.Sort(static (x, y) => x.Path == y.Path ? y.Kind.CompareTo(x.Kind) : x.Path.Packed.CompareTo(y.Path.Packed));
        return changes;
    }

    /// <summary>The Object Instances that were deleted and are there again: what servers have assigned there is gone.</summary>
    internal List<Lwm2mPath> FindRewritten()
    {
        List<Lwm2mPath> rewritten = [];
        foreach ((Lwm2mPath path, StagedInstance staged) in _instances)
        {
            if (staged is { WasDeleted: true, IsGone: false })
            {
                rewritten.Add(path);
            }
        }

        return rewritten;
    }

    // With its instance of Security a server loses that of Server (LwM2M TS Transport, 5.2.5), unless the Bootstrap-Server has written it.
    private void DropServersOfDeletedAccounts()
    {
        foreach (StagedInstance staged in _instances.Values)
        {
            if (staged is not { WasDeleted: true, Live: LWM2MSecurity { BootstrapServer: false, ShortServerID: { } id } } || HasAccount(id))
            {
                continue;
            }

            foreach (ObjectInstance instance in View.OfObject(1))
            {
                Lwm2mPath path = AccessControl.PathOf(instance);
                if (instance is LwM2MServer server && server.ShortServerID == id && !_instances[path].IsWritten)
                {
                    Delete(path, instance);
                }
            }
        }
    }

    private bool HasAccount(long shortServerId)
    {
        foreach (ObjectInstance instance in View.OfObject(0))
        {
            if (instance is LWM2MSecurity { BootstrapServer: false } security && security.ShortServerID == shortServerId)
            {
                return true;
            }
        }

        return false;
    }

    private void Settle(Lwm2mPath path, StagedInstance staged, List<(ServerChangeKind Kind, Lwm2mPath Path)> changes)
    {
        if (staged.Copy is not { } copy)
        {
            changes.Add((ServerChangeKind.Written, path));
        }
        else if (staged.Live is { } live && IsKept(path.ObjectId))
        {
            // Who holds on to an account holds on to its Object Instances.
            if (InstanceCopy.TryOverwrite(live, copy))
            {
                changes.Add((ServerChangeKind.Written, path));
            }
        }
        else
        {
            View.Remove(copy);
            // The program may add one at this very moment.
            if (_live.TryAddAll(path.ObjectId, [new() { Instance = copy, Path = path, IsNew = true }], int.MaxValue))
            {
                changes.Add((ServerChangeKind.Created, path));
            }
        }
    }
}
