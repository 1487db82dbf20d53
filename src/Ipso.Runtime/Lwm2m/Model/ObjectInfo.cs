using Ipso.Buffers;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>What the registry says of an object: enough to register, discover, check and show it.</summary>
public sealed class ObjectInfo
{
    private readonly ResourceInfo[] _resources;

    /// <summary>Describes an object.</summary>
    /// <param name="objectId">The Object's id.</param>
    /// <param name="name">The Object's name in the registry.</param>
    /// <param name="version">The object's version, <c>major.minor</c>.</param>
    /// <param name="urn">The object's URN, for example <c>urn:oma:lwm2m:ext:3303:1.1</c>.</param>
    /// <param name="isMultiple">Whether a device may have several instances.</param>
    /// <param name="isMandatory">Whether every device has an instance.</param>
    /// <param name="resources">The resources by ascending id.</param>
    /// <exception cref="ArgumentException">The resources are not in ascending order of id.</exception>
    public ObjectInfo(
        ushort objectId, string name, string version, string urn, bool isMultiple, bool isMandatory, ReadOnlySpan<ResourceInfo> resources)
    {
        for (int i = 1; i < resources.Length; i++)
        {
            if (resources[i].Id <= resources[i - 1].Id)
            {
                throw new ArgumentException(
                    Phrase.Of($"Resource {resources[i]} stands after {resources[i - 1]}: sort them by id."), nameof(resources));
            }
        }

        ObjectId = objectId;
        Name = name;
        Version = version;
        Urn = urn;
        IsMultiple = isMultiple;
        IsMandatory = isMandatory;
        PathText = RecordWriter.ObjectText(objectId);
        _resources = resources.ToArray();

        Fields = new ResourceField[resources.Length];
        ReadableBits = new ulong[(resources.Length + 63) / 64];
        WritableBits = new ulong[ReadableBits.Length];
        ProvisionedBits = new ulong[ReadableBits.Length];
        for (int i = 0; i < _resources.Length; i++)
        {
            ResourceInfo resource = _resources[i];
            Fields[i] = new(resource);
            ulong bit = resource.Type == ResourceType.None ? 0 : 1UL << (i & 63);
            ReadableBits[i >> 6] |= resource.IsReadable ? bit : 0;
            WritableBits[i >> 6] |= resource.IsWritable ? bit : 0;
            ProvisionedBits[i >> 6] |= !resource.IsMandatory && (resource.IsWritable || !resource.IsReadable) ? bit : 0;
        }
    }

    /// <summary>The Object's id.</summary>
    public ushort ObjectId { get; }

    /// <summary>The Object's name in the registry.</summary>
    public string Name { get; }

    /// <summary>The object's version, <c>major.minor</c>.</summary>
    public string Version { get; }

    /// <summary>The object's URN.</summary>
    public string Urn { get; }

    /// <summary>Whether a device may have several instances.</summary>
    public bool IsMultiple { get; }

    /// <summary>Whether every device has an instance.</summary>
    public bool IsMandatory { get; }

    /// <summary>The resources by ascending id.</summary>
    public ReadOnlySpan<ResourceInfo> Resources => _resources;

    /// <summary>The Object's path, as the base names of its records begin.</summary>
    internal ulong PathText { get; }

    /// <summary>Which resources with a value can be read, by their places as bits.</summary>
    internal ulong[] ReadableBits { get; }

    /// <summary>Which resources with a value can be written, by their places as bits.</summary>
    internal ulong[] WritableBits { get; }

    /// <summary>Which optional resources with a value are not only to be read, and so not the device's own, by their places as bits.</summary>
    internal ulong[] ProvisionedBits { get; }

    /// <summary>The resources in the order of <see cref="Resources"/>, as what is read comes to them.</summary>
    internal ResourceField[] Fields { get; }

    /// <summary>The place of a resource in <see cref="Resources"/>, or -1.</summary>
    /// <param name="resourceId">A Resource's id.</param>
    public int IndexOf(ushort resourceId)
    {
        int low = 0, high = _resources.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int id = _resources[middle].Id;
            if (id == resourceId)
            {
                return middle;
            }

            if (id < resourceId)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }

    /// <summary>Id and name, for messages: <c>3303 (Temperature)</c>.</summary>
    public override string ToString() => Phrase.Of($"{ObjectId} ({Name})");
}
