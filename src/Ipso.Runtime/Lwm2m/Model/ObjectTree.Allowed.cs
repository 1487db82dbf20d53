using Ipso.Buffers;

namespace Ipso.Lwm2m.Model;

// Objects that the device knows although it may have no instance of them, and what servers may make of them and delete.
public sealed partial class ObjectTree
{
    private AllowedObject[] _allowed = [];

    /// <summary>
    /// Has the device know an object of which it may have no instance: a Read gives an empty payload then, a Discover and the registration
    /// name the object. Servers neither create nor delete instances. Replaces what was said of the object before.
    /// </summary>
    /// <typeparam name="T">The object's class.</typeparam>
    public void Declare<T>()
        where T : ObjectInstance, ILwm2mObject<T> => Know(new(InstanceFactory.Of<T>()));

    /// <summary>
    /// Lets servers create and delete instances of an object (LwM2M TS Core, 6.3.6 and 6.3.7), also those that the program has added; the
    /// device knows the object from now on, as by <see cref="Declare"/>. Replaces what was said of the object before.
    /// </summary>
    /// <typeparam name="T">The object's class.</typeparam>
    /// <param name="creating">
    /// Called with each new instance, which has the values that the server gave and belongs to no device yet: fills in others, and says
    /// whether the device takes it. What is mandatory and still missing then is an error of the server's (4.00), as is what is refused.
    /// <see langword="null"/> takes what is complete.
    /// </param>
    /// <param name="deleting">
    /// Called with an instance that a server deletes: whether it may go; if not, the answer is 4.05. <see langword="null"/> lets all go.
    /// </param>
    /// <param name="maxInstances">How many instances there may be in the end, 1 to 65535; beyond that a Create is 4.05.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of instances is none of these.</exception>
    /// <exception cref="InvalidOperationException">
    /// Every device has exactly one instance of the object, such as Device (3), or it is for bootstrap: Security (0), Server (1), Access
    /// Control (2), OSCORE (21), COSE (23).
    /// </exception>
    /// <remarks>The callbacks run on the device's thread: they should return soon.</remarks>
    public void Allow<T>(Func<T, bool>? creating = null, Func<T, bool>? deleting = null, int maxInstances = 16)
        where T : ObjectInstance, ILwm2mObject<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxInstances, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxInstances, Lwm2mPath.MaxId);
        ObjectInfo definition = T.Info;
        if (definition is { IsMandatory: true, IsMultiple: false })
        {
            throw new InvalidOperationException(Phrase.Of($"Every device has the one instance of object {definition}: there is none to create."));
        }

        if (definition.ObjectId is 1 or 2 || CoreObjects.IsForBootstrapOnly(definition.ObjectId))
        {
            throw new InvalidOperationException(Phrase.Of($"Instances of object {definition} come by bootstrap alone."));
        }

        Know(new(InstanceFactory.Of<T>())
        {
            MaxInstances = maxInstances,
            Creating = creating is null ? null : instance => creating((T)instance),
            Deleting = deleting is null ? null : instance => instance is not T known || deleting(known),
        });
    }

    /// <summary>The objects that were declared or allowed, in ascending order of id.</summary>
    internal ReadOnlySpan<AllowedObject> Known => Volatile.Read(ref _allowed);

    /// <summary>Has this tree know the objects that were declared or allowed in another one.</summary>
    internal void KnowAllOf(ObjectTree other) => Volatile.Write(ref _allowed, Volatile.Read(ref other._allowed));

    /// <summary>What was said of an object; <see langword="null"/> where nothing was.</summary>
    internal AllowedObject? FindAllowed(ushort objectId)
    {
        foreach (AllowedObject allowed in Known)
        {
            if (allowed.Definition.ObjectId == objectId)
            {
                return allowed;
            }
        }

        return null;
    }

    /// <summary>The definition of an object that the device knows; <see langword="null"/> of one that it does not.</summary>
    internal ObjectInfo? DefinitionOf(ushort objectId) =>
        OfObject(objectId) is [ObjectInstance first, ..] ? first.Definition : FindAllowed(objectId)?.Definition;

    /// <summary>The lowest Object Instance id that is free; 65535 where none is.</summary>
    internal ushort FreeIdOf(ushort objectId)
    {
        ushort id = 0;
        foreach (ObjectInstance other in OfObject(objectId))
        {
            if (other.InstanceId != id)
            {
                break;
            }

            id++;
        }

        return id;
    }

    /// <summary>Adds new instances of an object, all of them, or none where an id is taken or there would be too many.</summary>
    /// <param name="objectId">The Object's id.</param>
    /// <param name="reads">The instances, in ascending order of Object Instance ids.</param>
    /// <param name="max">How many there may be in the end.</param>
    internal bool TryAddAll(ushort objectId, ReadOnlySpan<InstanceRead> reads, int max)
    {
        lock (_gate)
        {
            if (OfObject(objectId).Length + reads.Length > max)
            {
                return false;
            }

            foreach (ref readonly InstanceRead read in reads)
            {
                if (Find(objectId, read.Path.InstanceId) is not null)
                {
                    return false;
                }
            }

            Merge(objectId, reads, removesOthers: false);
        }

        SignalMove();
        return true;
    }

    private void Know(AllowedObject allowed)
    {
        lock (_gate)
        {
            ushort id = allowed.Definition.ObjectId;
            Volatile.Write(ref _allowed,
            [
                .. Array.FindAll(_allowed, other => other.Definition.ObjectId < id), allowed,
                .. Array.FindAll(_allowed, other => other.Definition.ObjectId > id),
            ]);
        }
    }
}
