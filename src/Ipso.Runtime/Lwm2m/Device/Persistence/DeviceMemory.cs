using System.Diagnostics.CodeAnalysis;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What a device remembers when it starts again: its server accounts, as servers have changed them, and who may do what. All of it is written
/// after a change and before the answer to the request that made it.
/// </summary>
/// <param name="storage">Where it is kept.</param>
/// <param name="objects">Where the instances of it are.</param>
/// <param name="hasServers">Whether the program says of the device that it has servers.</param>
internal sealed class DeviceMemory(IStateStorage storage, ObjectTree objects, bool hasServers)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly StateSlots _slots = new(storage);
    private readonly StateWriter _writer = new();
    private int _isStale;

    /// <summary>When to try again what has failed; <see langword="null"/> if nothing has.</summary>
    internal Instant? RetryAt { get; private set; }

    /// <summary>What was wrong with what was stored, in words.</summary>
    internal string? Fault { get; private set; }

    /// <summary>
    /// Whether anybody may manage a device without accounts, by what was stored: it says so, or nothing was ever stored. What was lost
    /// may have had accounts.
    /// </summary>
    internal bool AdmitsAnybody { get; private set; } = true;

    /// <summary>Notes that something has changed. From any thread.</summary>
    internal void MarkStale() => Volatile.Write(ref _isStale, 1);

    /// <summary>
    /// Puts what was stored into the tree: all of a state, the one before where anything in the newest is wrong, or nothing.
    /// </summary>
    /// <returns>Whether there was something.</returns>
    internal bool TryRestore()
    {
        StoredState? state = null;
        bool isFound = _slots.TryLoad(bytes => StoredState.Read(bytes.Span, hasServers, out state), out _, out string? fault);
        Fault = fault;
        if (!isFound || state is null)
        {
            AdmitsAnybody = !_slots.HasLost;
            return false;
        }

        AdmitsAnybody = state.AdmitsAnybody;
        foreach ((Lwm2mPath path, ObjectInstance instance) in state.Instances)
        {
            objects.Add(path.InstanceId, instance);
        }

        return true;
    }

    /// <summary>Stores what has changed.</summary>
    /// <param name="accounts">The accounts, of which there may be none.</param>
    /// <param name="now">The moment.</param>
    /// <param name="failure">Why it could not; it is tried again in a minute.</param>
    /// <returns>Whether nothing is left to be stored.</returns>
    internal bool TrySave(ServerAccounts accounts, Instant now, [NotNullWhen(false)] out StateStorageException? failure)
    {
        failure = null;
        if (now < RetryAt || Interlocked.Exchange(ref _isStale, 0) == 0)
        {
            return true;
        }

        try
        {
            WriteAll(accounts);
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

    private void WriteAll(ServerAccounts accounts)
    {
        if (accounts.AdmitsAnybody)
        {
            _writer.Write(StateSection.Anybody, []);
        }

        // Security, Server, Access Control.
        for (ushort id = 0; id <= AccessControl.ObjectId; id++)
        {
            foreach (ObjectInstance instance in objects.OfObject(id))
            {
                _writer.Write(instance);
            }
        }
    }
}
