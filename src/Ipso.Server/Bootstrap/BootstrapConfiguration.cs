using System.Collections.Immutable;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Bootstrap;

/// <summary>
/// What a Bootstrap-Server does to a device, in this order, before it says that it has finished (LwM2M TS Core, 6.1.7). Immutable; may serve
/// many devices.
/// </summary>
/// <example>
/// <code>
/// BootstrapConfiguration configuration = BootstrapConfiguration.Empty
///     .Delete(Lwm2mPath.Root)
///     .Write(1, new LWM2MSecurity { LWM2MServerURI = "coap://server.example", SecurityMode = 3, ShortServerID = 1, ... })
///     .Write(0, new LwM2MServer { ShortServerID = 1, Lifetime = 300, ... });
/// </code>
/// </example>
public sealed class BootstrapConfiguration
{
    private readonly ImmutableArray<BootstrapCommand> _commands;

    // Of one that a store had: packs that are written already.
    private readonly Dictionary<ContentFormat, byte[]>? _packs;

    private BootstrapConfiguration(ImmutableArray<BootstrapCommand> commands, Dictionary<ContentFormat, byte[]>? packs = null) =>
        (_commands, _packs) = (commands, packs);

    /// <summary>Nothing: the device keeps what it has.</summary>
    public static BootstrapConfiguration Empty { get; } = new([]);

    /// <summary>The commands.</summary>
    public IReadOnlyList<BootstrapCommand> Commands => _commands;

    /// <summary>Deletes what lies on a path, but for the account of the Bootstrap-Server and the Device object.</summary>
    /// <param name="path">The root for all objects, an Object or an Object Instance.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another path.</exception>
    public BootstrapConfiguration Delete(Lwm2mPath path) => path.Depth <= 2
        ? Add(new(path, DeviceRequest.Delete(path), null))
        : throw new ArgumentOutOfRangeException(nameof(path), path, "A Bootstrap-Server deletes Objects and Object Instances.");

    /// <summary>Writes an Object Instance, whether it is there or not, with what no server may read or write later.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="values">Its values; not copied.</param>
    public BootstrapConfiguration Write(ushort instanceId, ObjectInstance values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Lwm2mPath path = new(values.Definition.ObjectId, instanceId);
        return Add(new(path, DeviceRequest.Write(path, new WholeInstance(values, path)), values));
    }

    /// <summary>Writes a Resource, or an Object Instance without a class of its own.</summary>
    /// <param name="path">The path.</param>
    /// <param name="content">The values.</param>
    public BootstrapConfiguration Write(Lwm2mPath path, IDeviceContent content) => Add(new(path, DeviceRequest.Write(path, content), null));

    /// <summary>Asks which instances there are; the answer goes to <see cref="BootstrapChange.Answer"/>.</summary>
    /// <param name="path">The root, or an Object.</param>
    public BootstrapConfiguration Discover(Lwm2mPath path) => Add(new(path, DeviceRequest.Discover(path), null));

    /// <summary>Reads the Server object (1) or Access Control (2); from LwM2M 1.1 on. The answer goes to <see cref="BootstrapChange.Answer"/>.
    /// </summary>
    /// <param name="path">The Object or an instance of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another path.</exception>
    public BootstrapConfiguration Read(Lwm2mPath path) => path is { ObjectId: 1 or 2, Depth: <= 2 }
        ? Add(new(path, DeviceRequest.Read(path), null))
        : throw new ArgumentOutOfRangeException(nameof(path), path, "A Bootstrap-Server reads the objects 1 and 2 alone.");

    private BootstrapConfiguration Add(BootstrapCommand command) => new(_commands.Add(command));

    /// <summary>Makes one again of what a store has.</summary>
    internal static BootstrapConfiguration Restore(ImmutableArray<BootstrapCommand> commands, Dictionary<ContentFormat, byte[]> packs) =>
        new(commands, packs);

    /// <summary>Writes all Object Instances as one Bootstrap-Pack (LwM2M TS Core, 6.1.7.7).</summary>
    /// <returns>Whether there was room, and every command is one that writes an Object Instance or deletes.</returns>
    internal bool TryWritePack(ContentFormat format, Span<byte> destination, out int written)
    {
        written = 0;
        if (_packs is not null)
        {
            return TryCopyPack(format, destination, out written);
        }

        List<(ObjectInstance, Lwm2mPath)> instances = [];
        foreach (BootstrapCommand command in _commands)
        {
            if (command.Instance is { } instance)
            {
                instances.Add((instance, command.Path));
            }
            else if (command.Request.Method != CoapCode.Delete)
            {
                return false;
            }
        }

        instances.Sort(static (a, b) => a.Item2.Packed.CompareTo(b.Item2.Packed));
        return instances.Count > 0 && Representation.TryWriteWhole(instances.ToArray(), format, destination, out written);
    }

    private bool TryCopyPack(ContentFormat format, Span<byte> destination, out int written)
    {
        bool isCopied = _packs!.TryGetValue(format, out byte[]? pack) && pack.AsSpan().TryCopyTo(destination);
        written = isCopied ? pack!.Length : 0;
        return isCopied;
    }

    private sealed class WholeInstance(ObjectInstance values, Lwm2mPath path) : IDeviceContent
    {
        private const int MaxLength = 1 << 16;

        public bool Supports(ContentFormat format) =>
            Representation.Supports(format) && !Representation.IsSingleValue(format) && !Representation.IsPatch(format);

        public ReadOnlyMemory<byte> Write(ContentFormat format)
        {
            byte[] buffer = new byte[MaxLength];
            return Representation.TryWriteWhole([(values, path)], format, buffer, out int written)
                ? buffer.AsMemory(0, written)
                : throw new InvalidOperationException($"{path} has more than {MaxLength} bytes.");
        }
    }
}

/// <summary>A command of a Bootstrap-Server.</summary>
/// <param name="Path">What it is about.</param>
/// <param name="Request">The request.</param>
/// <param name="Instance">The Object Instance that is written; <see langword="null"/> for anything else.</param>
public sealed record BootstrapCommand(Lwm2mPath Path, DeviceRequest Request, ObjectInstance? Instance);
