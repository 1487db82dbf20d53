using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

/// <summary>Payloads in blocks, and what the readers and writers of whole payloads say to the same.</summary>
internal static class Blocks
{
    internal static readonly int[] Sizes = [1, 2, 3, 7, 16, 64];

    /// <summary>Bounds that no payload of these tests reaches.</summary>
    internal static readonly BlockReaderOptions Wide = new() { MaxRecordLength = 1 << 20, MaxStagedBytes = 1 << 24 };

    /// <summary>Reads a payload in blocks of a size.</summary>
    internal static PayloadError Read(
        ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode, int size,
        BlockReaderOptions? options = null)
    {
        using InstanceBlockReader reader = new(instance, path, format, mode, options ?? Wide);
        return Feed(reader, payload, size);
    }

    internal static PayloadError Feed(PayloadBlockReader reader, ReadOnlySpan<byte> payload, int size)
    {
        for (int at = 0; at < payload.Length; at += size)
        {
            if (!reader.Feed(payload.Slice(at, Math.Min(size, payload.Length - at))))
            {
                break;
            }
        }

        bool isTaken = reader.Complete(out PayloadError error);
        Assert.Equal(isTaken, error.Fault == PayloadFault.None);
        Assert.NotEmpty(error.ToString());
        return error;
    }

    /// <summary>Has a payload read whole and in blocks of every size: the verdict and the content are the same.</summary>
    internal static PayloadFault AssertSame(
        Func<ObjectInstance> create, Lwm2mPath path, ContentFormat format, byte[] payload, ReadMode mode, params ReadOnlySpan<int> sizes)
    {
        ObjectInstance whole = create();
        bool isTaken = Representation.TryRead(whole, path, format, payload, mode, out PayloadError error);
        foreach (int size in sizes.IsEmpty ? Sizes : sizes)
        {
            ObjectInstance inBlocks = create();
            PayloadError other = Read(inBlocks, path, format, payload, mode, size);
            Assert.True(
                isTaken == (other.Fault == PayloadFault.None),
                $"{format} {path} {mode} in blocks of {size}: {error} whole, {other} in blocks: {Convert.ToHexString(payload)}");
            Assert.Equal(ContentOf(whole), ContentOf(inBlocks));
        }

        return error.Fault;
    }

    private static byte[] ContentOf(ObjectInstance instance) => Payloads.Write(instance, ContentFormat.SenMLCbor);
}
