using System.Buffers.Binary;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// A state that was stored, as a whole: all of its instances can be read, have what is mandatory, and are there once, and somebody in
/// particular manages the device, unless it says that anybody does; attributes and Sends are such as servers and the program can have made.
/// A state of which that is not so is none.
/// </summary>
internal sealed class StoredState
{
    private static readonly InstanceFactory[] s_factories =
        [InstanceFactory.Of<LWM2MSecurity>(), InstanceFactory.Of<LwM2MServer>(), InstanceFactory.Of<LwM2MAccessControl>()];

    private readonly Dictionary<Lwm2mPath, ObjectInstance> _instances = [];
    private readonly Dictionary<(ushort, Lwm2mPath), StoredAttributes> _attributes = [];
    private readonly List<StoredSend> _sends = [];

    private StoredState()
    {
    }

    /// <summary>The instances, by their paths.</summary>
    internal IReadOnlyDictionary<Lwm2mPath, ObjectInstance> Instances => _instances;

    /// <summary>The notification attributes of servers, each path of a server once.</summary>
    internal IReadOnlyCollection<StoredAttributes> Attributes => _attributes.Values;

    /// <summary>What is remembered of sequence numbers.</summary>
    internal List<byte[]> SequenceNumbers { get; } = [];

    /// <summary>What resumes the security sessions with servers, by their Short Server IDs.</summary>
    internal Dictionary<ushort, byte[]> Resumptions { get; } = [];

    /// <summary>The Sends that were not delivered, in their order.</summary>
    internal IReadOnlyList<StoredSend> Sends => _sends;

    /// <summary>Whether it is that of a device without servers, which anybody manages.</summary>
    internal bool AdmitsAnybody { get; private set; }

    /// <summary>Reads a state.</summary>
    /// <param name="bytes">What was stored: anything.</param>
    /// <param name="hasServers">Whether the program says of the device that it has servers.</param>
    /// <param name="state">The state; <see langword="null"/> where there is none.</param>
    /// <param name="keys">The class of the object with keys, where the device has one.</param>
    /// <returns>What is wrong, in words; <see langword="null"/> where nothing is.</returns>
    internal static string? Read(ReadOnlySpan<byte> bytes, bool hasServers, out StoredState? state, InstanceFactory? keys = null)
    {
        StoredState read = new();
        string? fault = read.ReadSections(bytes, keys is null ? s_factories : [.. s_factories, keys]) ?? read.FindFault(hasServers);
        state = fault is null ? read : null;
        return fault;
    }

    private string? ReadSections(ReadOnlySpan<byte> bytes, InstanceFactory[] factories)
    {
        StateReader reader = new(bytes);
        while (reader.Next())
        {
            string? fault = reader.Kind switch
            {
                StateSection.Instance => ReadInstance(reader, factories),
                StateSection.Attributes => ReadAttributes(reader.Content),
                StateSection.Send => ReadSend(reader.Content),
                _ => null,
            };
            if (fault is not null)
            {
                return fault;
            }

            if (reader.Kind == StateSection.SequenceNumber)
            {
                SequenceNumbers.Add(reader.Content.ToArray());
            }

            if (reader.Kind == StateSection.Resumption && reader.Content.Length >= sizeof(ushort))
            {
                Resumptions[BinaryPrimitives.ReadUInt16BigEndian(reader.Content)] = reader.Content[sizeof(ushort)..].ToArray();
            }

            AdmitsAnybody |= reader.Kind == StateSection.Anybody;
        }

        return reader.IsAtEnd ? null : "a section is cut short";
    }

    private string? ReadInstance(in StateReader reader, InstanceFactory[] factories)
    {
        if (!reader.TryReadInstance(factories, out ObjectInstance? instance, out ushort id, out string? fault))
        {
            return fault;
        }

        Lwm2mPath path = new(instance.Definition.ObjectId, id);
        return _instances.TryAdd(path, instance) ? null : $"{path} is there twice";
    }

    private string? ReadAttributes(ReadOnlySpan<byte> content) =>
        StoredAttributes.Read(content, out StoredAttributes attributes)
        ?? (_attributes.TryAdd((attributes.Server, attributes.Path), attributes) ? null
            : $"the attributes of server {attributes.Server} at {attributes.Path} are there twice");

    private string? ReadSend(ReadOnlySpan<byte> content)
    {
        string? fault = StoredSend.Read(content, out StoredSend send);
        if (fault is null)
        {
            _sends.Add(send);
        }

        return fault;
    }

    private string? FindFault(bool hasServers)
    {
        foreach ((Lwm2mPath path, ObjectInstance instance) in _instances)
        {
            ReadOnlySpan<ResourceInfo> resources = instance.Definition.Resources;
            for (int i = 0; i < resources.Length; i++)
            {
                if (resources[i] is { IsMandatory: true, IsExecutable: false } && !instance.IsPresent(i))
                {
                    return $"{path.Append(resources[i].Id)} is mandatory, and missing";
                }
            }
        }

        return HasAccount() ? null
            : !AdmitsAnybody ? "it has no account of a server"
            : hasServers ? "it is that of a device without servers"
            : null;
    }

    private bool HasAccount()
    {
        bool hasAccount = false;
        foreach (ObjectInstance instance in _instances.Values)
        {
            hasAccount |= instance is LWM2MSecurity security && (security.BootstrapServer || HasServer(security.ShortServerID));
        }

        return hasAccount;
    }

    private bool HasServer(long? shortServerId)
    {
        bool hasServer = false;
        foreach (ObjectInstance instance in _instances.Values)
        {
            hasServer |= instance is LwM2MServer server && server.ShortServerID == shortServerId;
        }

        return hasServer;
    }
}
