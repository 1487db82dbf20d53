using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>The behaviours of a device's objects.</summary>
internal sealed class ObjectBehaviours
{
    private ObjectBehaviour[] _all = [];

    internal Instant? NextDeadline
    {
        get
        {
            Instant next = Instant.Never;
            foreach (ObjectBehaviour behaviour in _all)
            {
                next = Instant.Earlier(next, behaviour.Due);
            }

            return next == Instant.Never ? null : next;
        }
    }

    internal void Add(ObjectBehaviour behaviour) => _all = [.. _all, behaviour];

    /// <summary>Why a server may not write to a path, and to nothing below or above it; <see langword="null"/> where it may.</summary>
    internal string? RefuseWrite(Lwm2mPath path)
    {
        foreach (ObjectBehaviour behaviour in _all)
        {
            if (IsFor(behaviour, path) && behaviour.RefuseWrite(path) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    internal void OnWritten(Lwm2mPath path)
    {
        foreach (ObjectBehaviour behaviour in _all)
        {
            if (IsFor(behaviour, path))
            {
                behaviour.OnWritten(path);
            }
        }
    }

    /// <summary>A path is about to be read, or a composite of paths, which is named by the root.</summary>
    internal void OnReading(Lwm2mPath path)
    {
        foreach (ObjectBehaviour behaviour in _all)
        {
            if (IsFor(behaviour, path))
            {
                behaviour.OnReading();
            }
        }
    }

    internal void OnMessage(int length, bool isSent)
    {
        foreach (ObjectBehaviour behaviour in _all)
        {
            behaviour.TakeMessage(length, isSent);
        }
    }

    internal void Drive(Instant now)
    {
        foreach (ObjectBehaviour behaviour in _all)
        {
            behaviour.Drive(now);
        }
    }

    private static bool IsFor(ObjectBehaviour behaviour, Lwm2mPath path)
    {
        Lwm2mPath instance = AccessControl.PathOf(behaviour.Target);
        return path.Contains(instance) || instance.Contains(path);
    }
}
