using System.Text;
using Ipso.Coap;
using Ipso.Links;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Server.Stores;

namespace Ipso.Server.Registration;

/// <summary>
/// What a device has said that it has: Objects, their versions and their Object Instances (LwM2M TS Core, 6.2.1). Immutable and compared by
/// value, so that all devices of a kind share one.
/// </summary>
public sealed class RegisteredObjects : IEquatable<RegisteredObjects>
{
    private readonly RegisteredObject[] _objects;

    // The ids of Object, in the upper half, and Object Instance, ascending.
    private readonly uint[] _instances;
    private readonly ContentFormat[] _formats;
    private readonly int _hash;

    private RegisteredObjects(string root, RegisteredObject[] objects, uint[] instances, ContentFormat[] formats)
    {
        Root = root;
        _objects = objects;
        _instances = instances;
        _formats = formats;
        HashCode hash = default;
        hash.Add(root);
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(instances.AsSpan()));
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(formats.AsSpan()));
        foreach (RegisteredObject one in objects)
        {
            hash.Add(one);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>Nothing: of a device that has sent no links.</summary>
    public static RegisteredObjects None { get; } = new("/", [], [], []);

    /// <summary>The path that all of it lies below: <c>/</c>, or an alternate one such as <c>/lwm2m</c> (LwM2M TS Transport, 6.4.1).</summary>
    public string Root { get; }

    /// <summary>The Objects by ascending id. Those for bootstrap alone are not among them.</summary>
    public ReadOnlySpan<RegisteredObject> Objects => _objects;

    /// <summary>The Content-Formats that the device says it has (<c>ct</c> of the root); none where it does not say.</summary>
    public ReadOnlySpan<ContentFormat> ContentFormats => _formats;

    /// <summary>The Object Instances, as paths, in ascending order.</summary>
    public IEnumerable<Lwm2mPath> Instances
    {
        get
        {
            foreach (uint instance in _instances)
            {
                yield return new((ushort)(instance >> 16), (ushort)instance);
            }
        }
    }

    /// <summary>The number of Object Instances.</summary>
    public int InstanceCount => _instances.Length;

    /// <summary>Reads the payload of a Register or Update.</summary>
    /// <param name="payload">Links in the CoRE link format (RFC 6690), as devices spell it.</param>
    /// <param name="objects">What they say; <see cref="None"/> where anything is wrong.</param>
    /// <param name="error">What is wrong, and where.</param>
    /// <returns>Whether all of it is right.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out RegisteredObjects objects, out LinkError error)
    {
        objects = None;
        if (!Lwm2mLinks.TryParse(payload, out Lwm2mLinks links, out error))
        {
            return false;
        }

        SortedDictionary<ushort, ObjectVersion?> versions = [];
        SortedSet<uint> instances = [];
        foreach (Lwm2mLink link in links)
        {
            Lwm2mPath path = link.Path;
            if (path.Depth == 0 || CoreObjects.IsForBootstrapOnly(path.ObjectId))
            {
                continue;
            }

            if (path.Depth >= 2)
            {
                instances.Add((uint)(path.Packed >> 32));
            }

            // Of several words on a version the first counts; it may stand at the only instance, too (7.2.3).
            versions.TryGetValue(path.ObjectId, out ObjectVersion? said);
            versions[path.ObjectId] = said ?? link.Version;
        }

        List<ContentFormat> formats = [];
        foreach (ContentFormat format in links.ContentFormats)
        {
            formats.Add(format);
        }

        objects = new(
            Encoding.UTF8.GetString(links.Root), [.. versions.Select(static v => new RegisteredObject(v.Key, v.Value))], [.. instances],
            [.. formats]);
        return true;
    }

    /// <summary>Writes all of it, for a store.</summary>
    internal void Write(BinaryWriter writer)
    {
        writer.Write(Root);
        writer.Write7BitEncodedInt(_objects.Length);
        foreach (RegisteredObject one in _objects)
        {
            writer.Write(one.ObjectId);
            writer.Write(one.StatedVersion is not null);
            writer.Write(one.StatedVersion.GetValueOrDefault().Major);
            writer.Write(one.StatedVersion.GetValueOrDefault().Minor);
        }

        writer.Write7BitEncodedInt(_instances.Length);
        foreach (uint instance in _instances)
        {
            writer.Write(instance);
        }

        writer.Write7BitEncodedInt(_formats.Length);
        foreach (ContentFormat format in _formats)
        {
            writer.Write((ushort)format);
        }
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    internal static RegisteredObjects Read(BinaryReader reader)
    {
        string root = reader.ReadString();
        List<RegisteredObject> objects = [];
        for (int i = reader.ReadCount(); i > 0; i--)
        {
            ushort id = reader.ReadUInt16();
            bool isStated = reader.ReadBoolean();
            ObjectVersion version = new(reader.ReadUInt16(), reader.ReadUInt16());
            objects.Add(new(id, isStated ? version : null));
        }

        List<uint> instances = [];
        for (int i = reader.ReadCount(); i > 0; i--)
        {
            instances.Add(reader.ReadUInt32());
        }

        List<ContentFormat> formats = [];
        for (int i = reader.ReadCount(); i > 0; i--)
        {
            formats.Add((ContentFormat)reader.ReadUInt16());
        }

        return new(root, [.. objects.OrderBy(static o => o.ObjectId)], [.. instances.Order()], [.. formats]);
    }

    /// <summary>Whether the device has an Object.</summary>
    /// <param name="objectId">The Object's id.</param>
    public bool Has(ushort objectId) => IndexOf(objectId) >= 0;

    /// <summary>Whether the device has an Object Instance.</summary>
    /// <param name="objectId">The Object's id.</param>
    /// <param name="instanceId">The Object Instance's id.</param>
    public bool Has(ushort objectId, ushort instanceId) => Array.BinarySearch(_instances, (uint)objectId << 16 | instanceId) >= 0;

    /// <summary>The ids of the instances of an Object, ascending.</summary>
    /// <param name="objectId">The Object's id.</param>
    public IEnumerable<ushort> InstancesOf(ushort objectId)
    {
        int first = Array.BinarySearch(_instances, (uint)objectId << 16);
        for (int i = first < 0 ? ~first : first; i < _instances.Length && _instances[i] >> 16 == objectId; i++)
        {
            yield return (ushort)_instances[i];
        }
    }

    /// <summary>The version that an Object has on the device; <see langword="null"/> where it has no such Object.</summary>
    /// <param name="objectId">The Object's id.</param>
    /// <param name="lwm2mVersion">The version of LwM2M that the device has registered with, which implies those of the core objects.</param>
    public ObjectVersion? VersionOf(ushort objectId, ObjectVersion lwm2mVersion) =>
        IndexOf(objectId) is >= 0 and int index
            ? _objects[index].StatedVersion ?? CoreObjects.ImpliedVersion(objectId, lwm2mVersion)
            : null;

    /// <inheritdoc/>
    public bool Equals(RegisteredObjects? other) => other is not null && _hash == other._hash && Root == other.Root
        && _objects.AsSpan().SequenceEqual(other._objects) && _instances.AsSpan().SequenceEqual(other._instances)
        && _formats.AsSpan().SequenceEqual(other._formats);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RegisteredObjects);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    private int IndexOf(ushort objectId)
    {
        int low = 0, high = _objects.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int id = _objects[middle].ObjectId;
            if (id == objectId)
            {
                return middle;
            }

            (low, high) = id < objectId ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}

/// <summary>An Object that a device has.</summary>
/// <param name="ObjectId">The Object's id.</param>
/// <param name="StatedVersion">The version that the device says; <see langword="null"/> where it says none, and
/// <see cref="CoreObjects.ImpliedVersion"/> holds.</param>
public readonly record struct RegisteredObject(ushort ObjectId, ObjectVersion? StatedVersion);
