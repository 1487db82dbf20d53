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

    /// <summary>Some paths are about to be read: each behaviour is told once, however many there are.</summary>
    internal void OnReading(params ReadOnlySpan<Lwm2mPath> paths)
    {
        foreach (ObjectBehaviour behaviour in _all)
        {
            foreach (Lwm2mPath path in paths)
            {
                if (IsFor(behaviour, path))
                {
                    behaviour.OnReading();
                    break;
                }
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

    internal void Plan(Instant now)
    {
        foreach (ObjectBehaviour behaviour in _all)
        {
            behaviour.Plan(now);
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
