using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Server.Remote;

/// <summary>
/// Which generated version of an Object goes with the one that a device has (LwM2M TS Core, 7.2.2): a minor version adds optional Resources, and
/// what one side does not know is passed over or absent; a major version is another Object.
/// </summary>
public static class ObjectVersions
{
    /// <summary>Whether a device's Object can be used by a type.</summary>
    /// <param name="onDevice">The version that the device has; <see langword="null"/> where it says nothing of such an Object.</param>
    /// <param name="type">What the type is of.</param>
    /// <returns>Whether both are of one major version, or nobody knows.</returns>
    public static bool Fits(ObjectVersion? onDevice, ObjectInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return onDevice is not { } version || version.Major == VersionOf(type).Major;
    }

    /// <summary>
    /// Chooses among generated versions of one Object: the very version; else of the same major version the newest that is older than the
    /// device's, all of which the device knows; else the oldest that is newer. Where the device says nothing, the newest of all.
    /// </summary>
    /// <param name="onDevice">The version that the device has; <see langword="null"/> where it says nothing of such an Object.</param>
    /// <param name="types">What the types are of, in any order.</param>
    /// <returns><see langword="null"/> where none fits.</returns>
    public static ObjectInfo? Choose(ObjectVersion? onDevice, params ReadOnlySpan<ObjectInfo> types)
    {
        ObjectInfo? best = null;
        foreach (ObjectInfo type in types)
        {
            if (Fits(onDevice, type) && (best is null || IsBetter(onDevice, VersionOf(type), VersionOf(best))))
            {
                best = type;
            }
        }

        return best;
    }

    /// <summary>The version that a type is of.</summary>
    internal static ObjectVersion VersionOf(ObjectInfo type) =>
        ObjectVersion.TryParse(type.Version, out ObjectVersion version) ? version : ObjectVersion.Default;

    private static bool IsBetter(ObjectVersion? onDevice, ObjectVersion one, ObjectVersion other) =>
        onDevice is not { } version ? one > other
        : (one <= version, other <= version) switch
        {
            (true, true) => one > other,
            (true, false) => true,
            (false, true) => false,
            (false, false) => one < other,
        };
}

/// <summary>A device has an Object in another major version than the type that was asked for.</summary>
public sealed class ObjectVersionException : Exception
{
    internal ObjectVersionException(string endpoint, ObjectInfo type, ObjectVersion onDevice)
        : base($"{endpoint} has object {type} in version {onDevice}, and the type is of version {type.Version}: a major version is another object.")
    {
        Endpoint = endpoint;
        Type = type;
        VersionOnDevice = onDevice;
    }

    /// <summary>The device.</summary>
    public string Endpoint { get; }

    /// <summary>What the type is of.</summary>
    public ObjectInfo Type { get; }

    /// <summary>The version that the device has.</summary>
    public ObjectVersion VersionOnDevice { get; }
}
