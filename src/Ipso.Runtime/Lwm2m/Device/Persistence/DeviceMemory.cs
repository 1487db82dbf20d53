using System.Diagnostics.CodeAnalysis;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What a device remembers when it starts again: its server accounts, as servers have changed them, and who may do what. All of it is written
/// after a change and before the answer to the request that made it.
/// </summary>
internal sealed class DeviceMemory(IStateStorage storage, ObjectTree objects)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly StateSlots _slots = new(storage);
    private readonly StateWriter _writer = new();
    private int _isStale;

    /// <summary>When to try again what has failed; <see langword="null"/> if nothing has.</summary>
    internal Instant? RetryAt { get; private set; }

    /// <summary>What was wrong with what was stored, in words.</summary>
    internal string? Fault { get; private set; }

    /// <summary>Notes that something has changed. From any thread.</summary>
    internal void MarkStale() => Volatile.Write(ref _isStale, 1);

    /// <summary>Puts what was stored into the tree: all of it, or nothing where anything in it cannot be read.</summary>
    /// <returns>Whether there was something.</returns>
    internal bool TryRestore()
    {
        bool isFound = _slots.TryLoad(out ReadOnlyMemory<byte> state, out string? fault);
        Fault = fault;
        if (!isFound)
        {
            return false;
        }

        List<(ushort Id, ObjectInstance Instance)> instances = [];
        StateReader reader = new(state.Span);
        while (reader.Next())
        {
            if (reader.Kind != StateSection.Instance)
            {
                continue;
            }

            if (!reader.TryReadInstance(Factories, out ObjectInstance? instance, out ushort id, out fault))
            {
                Fault = fault;
                return false;
            }

            instances.Add((id, instance));
        }

        foreach ((ushort id, ObjectInstance instance) in instances)
        {
            objects.Add(id, instance);
        }

        return true;
    }

    /// <summary>Stores what has changed.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="failure">Why it could not; it is tried again in a minute.</param>
    /// <returns>Whether nothing is left to be stored.</returns>
    internal bool TrySave(Instant now, [NotNullWhen(false)] out StateStorageException? failure)
    {
        failure = null;
        if (now < RetryAt || Interlocked.Exchange(ref _isStale, 0) == 0)
        {
            return true;
        }

        // Security, Server, Access Control.
        for (ushort id = 0; id <= AccessControl.ObjectId; id++)
        {
            foreach (ObjectInstance instance in objects.OfObject(id))
            {
                _writer.Write(instance);
            }
        }

        try
        {
            _slots.Save(_writer.Written);
            RetryAt = null;
            return true;
        }
        catch (StateStorageException exception)
        {
            MarkStale();
            RetryAt = now + s_patience;
            failure = exception;
            return false;
        }
        finally
        {
            _writer.Clear();
        }
    }

    private static InstanceFactory[] Factories =>
        [InstanceFactory.Of<LWM2MSecurity>(), InstanceFactory.Of<LwM2MServer>(), InstanceFactory.Of<LwM2MAccessControl>()];
}
