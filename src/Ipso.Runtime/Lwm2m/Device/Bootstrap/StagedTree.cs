using Ipso.Coap;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What a Bootstrap-Server has done since it began, apart from the device's objects, which nobody sees change before it has finished
/// (LwM2M TS Core, 6.1.3.3): to be made true as a whole, or dropped. Of the objects that the device keeps itself (0, 1, 2), and of what is new,
/// there are copies; what is for the program's own Object Instances is checked when it comes, and waits.
/// </summary>
internal sealed partial class StagedTree
{
    private const ushort Security = 0;
    private const ushort Device = 3;
    private const ushort Oscore = 21;

    private readonly ObjectTree _live;
    private readonly BootstrapOptions _bounds;
    private readonly Func<Lwm2mPath, string?>? _refuse;
    private readonly Dictionary<Lwm2mPath, StagedInstance> _instances = [];
    private readonly List<StagedWrite> _waiting = [];
    private readonly Lwm2mPath? _account;
    private int _bytes;
    private int _created;

    /// <summary>Begins with the device as it is.</summary>
    /// <param name="live">The device's objects.</param>
    /// <param name="bounds">How much there may be.</param>
    /// <param name="refuse">Why an Object Instance of the program is not to be written now; <see langword="null"/> where each may be.</param>
    internal StagedTree(ObjectTree live, BootstrapOptions bounds, Func<Lwm2mPath, string?>? refuse = null)
    {
        _live = live;
        _bounds = bounds;
        _refuse = refuse;
        View.KnowAllOf(live);
        View.Declare<LWM2MSecurity>();
        View.Declare<LwM2MServer>();
        View.Declare<LwM2MAccessControl>();
        foreach (ObjectInstance instance in live.Instances)
        {
            ObjectInfo definition = instance.Definition;
            InstanceFactory? factory = IsKept(definition.ObjectId) ? View.FindAllowed(definition.ObjectId)!.Factory : null;
            // A program may have a class of its own for them.
            ObjectInstance? copy = factory?.Blank.GetType() == instance.GetType() ? InstanceCopy.Of(instance, factory!) : null;
            View.Add(instance.InstanceId, copy ?? new StandIn(definition));
            Lwm2mPath path = new(definition.ObjectId, instance.InstanceId);
            _instances.Add(path, new() { Live = instance, Copy = copy });
            if (copy is LWM2MSecurity { BootstrapServer: true })
            {
                _account = path;
            }
        }
    }

    // Writes that are for Object Instances of the program, to be done in the end.
    private readonly record struct StagedWrite(Lwm2mPath Path, ContentFormat Format, byte[] Payload);

    /// <summary>The objects as they would be: those of 0, 1 and 2 and new ones with their values, the others without.</summary>
    internal ObjectTree View { get; } = new();

    /// <summary>Whether deletions pass an Object Instance by: the Bootstrap-Server's account with its OSCORE keys, and Device.</summary>
    internal bool IsProtected(Lwm2mPath path) =>
        path == _account
        || (path.ObjectId == Device && path.InstanceId == 0)
        || (path.ObjectId == Oscore && _account is { } account
            && View.Find(account.ObjectId, account.InstanceId) is LWM2MSecurity { OSCORESecurityMode: { } link }
            && link == new ObjectLink(path.ObjectId, path.InstanceId));

    /// <summary>Deletes what there is on a path, but for what is protected.</summary>
    /// <param name="path">The root, an Object or an Object Instance.</param>
    internal void Delete(Lwm2mPath path)
    {
        foreach (ObjectInstance instance in path.Depth == 0 ? View.Instances : View.OfObject(path.ObjectId))
        {
            Lwm2mPath at = AccessControl.PathOf(instance);
            if (path.Contains(at) && !IsProtected(at))
            {
                Delete(at, instance);
            }
        }
    }

    /// <summary>What the registry says of an object that the device knows.</summary>
    internal ObjectInfo? DefinitionOf(ushort objectId) => View.DefinitionOf(objectId) ?? _live.DefinitionOf(objectId);

    // The objects that the device keeps itself.
    private static bool IsKept(ushort objectId) => objectId <= AccessControl.ObjectId;

    private void Delete(Lwm2mPath path, ObjectInstance instance)
    {
        View.Remove(instance);
        StagedInstance staged = _instances[path];
        if (staged.Live is null)
        {
            _instances.Remove(path);
            _created--;
            return;
        }

        _created -= staged is { WasDeleted: true, Copy: not null } && !IsKept(path.ObjectId) ? 1 : 0;
        staged.Copy = null;
        staged.IsGone = staged.WasDeleted = true;
        staged.IsWritten = staged.IsTaken = false;
        staged.FirstWrite = _waiting.Count;
    }
}
