using System.Collections.Immutable;
using Ipso.Coap;
using Ipso.Server.Bootstrap;

namespace Ipso.Server.Stores;

/// <summary>
/// Bootstrap configurations as bytes, for stores. The first byte is the version of their form. What goes into a Bootstrap-Pack is written as
/// packs too, since the objects that it is made of are gone when it is read.
/// </summary>
internal static class BootstrapCodec
{
    private const byte Version = 1;
    private const int MaxPack = 1 << 20;

    private static ReadOnlySpan<ContentFormat> PackFormats => [ContentFormat.SenMLCbor, ContentFormat.SenMLJson, ContentFormat.Lwm2mCbor];

    internal static byte[] Write(BootstrapConfiguration configuration) => RecordBytes.Write(Version, writer =>
    {
        writer.Write7BitEncodedInt(configuration.Commands.Count);
        foreach (BootstrapCommand command in configuration.Commands)
        {
            writer.WriteCounted(RequestCodec.Write(command.Request));
        }

        foreach (ContentFormat format in PackFormats)
        {
            writer.WriteCounted(PackOf(configuration, format));
        }
    });

    /// <summary>Reads a configuration.</summary>
    /// <param name="data">What <see cref="Write(BootstrapConfiguration)"/> has written.</param>
    /// <returns><see langword="null"/> where it cannot be read: it is damaged, or of a later version.</returns>
    internal static BootstrapConfiguration? TryRead(ReadOnlyMemory<byte> data) => RecordBytes.TryRead(data, Version, Read);

    private static BootstrapConfiguration? Read(BinaryReader reader)
    {
        ImmutableArray<BootstrapCommand>.Builder commands = ImmutableArray.CreateBuilder<BootstrapCommand>();
        for (int i = reader.ReadCount(); i > 0; i--)
        {
            if (RequestCodec.TryRead(reader.ReadCounted()) is not { } request)
            {
                return null;
            }

            commands.Add(new(request.Path, request, null));
        }

        Dictionary<ContentFormat, byte[]> packs = [];
        foreach (ContentFormat format in PackFormats)
        {
            if (reader.ReadCounted() is { Length: > 0 } pack)
            {
                packs.Add(format, pack);
            }
        }

        return BootstrapConfiguration.Restore(commands.ToImmutable(), packs);
    }

    private static ReadOnlySpan<byte> PackOf(BootstrapConfiguration configuration, ContentFormat format)
    {
        for (int room = 1 << 12; room <= MaxPack; room *= 4)
        {
            byte[] buffer = new byte[room];
            if (configuration.TryWritePack(format, buffer, out int written))
            {
                return buffer.AsSpan(0, written);
            }
        }

        return default;
    }
}
