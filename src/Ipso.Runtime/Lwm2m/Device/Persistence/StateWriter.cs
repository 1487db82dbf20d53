using System.Buffers.Binary;
using System.Globalization;
using Ipso.Coap;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>What a section of a state is. The numbers are those of the stored form: they stay.</summary>
internal enum StateSection : ushort
{
    /// <summary>An Object Instance: its ids, a format, and all of it in that.</summary>
    Instance = 1,

    /// <summary>The notification attributes of a server at a path: see <see cref="StoredAttributes"/>.</summary>
    Attributes = 2,

    /// <summary>The device has no accounts, and never had: anybody manages it. Empty.</summary>
    Anybody = 4,

    /// <summary>A Send that was not delivered: see <see cref="StoredSend"/>.</summary>
    Send = 5,

    /// <summary>How far the sequence numbers under some keys may have been used: see <see cref="OscoreAccounts"/>.</summary>
    SequenceNumber = 6,

    /// <summary>What resumes the security session with a server: its Short Server ID, 0 for the Bootstrap-Server, and bytes.</summary>
    Resumption = 7,
}

/// <summary>Writes a state: sections of a kind and a length. It is used again and again and allocates only to grow.</summary>
internal sealed class StateWriter
{
    /// <summary>A section's kind and length, in bytes.</summary>
    internal const int HeaderLength = 6;

    /// <summary>An Object Instance's ids and its format, in bytes.</summary>
    internal const int InstanceHeaderLength = 6;

    /// <summary>The greatest state, in bytes: far more than accounts and rights take.</summary>
    internal const int MaxLength = 16 * 1024 * 1024;

    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>What was written.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Begins anew. What was there is gone: it may have had keys in it.</summary>
    internal void Clear()
    {
        _bytes.AsSpan(0, _length).Clear();
        _length = 0;
    }

    /// <summary>Writes a section.</summary>
    /// <exception cref="StateStorageException">The state would be longer than <see cref="MaxLength"/>.</exception>
    internal void Write(StateSection kind, ReadOnlySpan<byte> content)
    {
        Span<byte> section = Begin(kind, content.Length);
        content.CopyTo(section);
        End(kind, content.Length);
    }

    /// <summary>Writes all of an Object Instance, also what no server may read.</summary>
    /// <exception cref="StateStorageException">The state would be longer than <see cref="MaxLength"/>.</exception>
    internal void Write(ObjectInstance instance)
    {
        ContentFormat format = Representation.Smallest;
        for (int length = 256; ; length *= 2)
        {
            if (length > MaxLength - _length - HeaderLength - InstanceHeaderLength)
            {
                ObjectInfo definition = instance.Definition;
                throw TooLong(string.Create(CultureInfo.InvariantCulture, $"/{definition.ObjectId}/{instance.InstanceId}"));
            }

            Span<byte> section = Begin(StateSection.Instance, InstanceHeaderLength + length);
            if (Representation.TryWriteWhole(instance, format, section[InstanceHeaderLength..], out int written))
            {
                BinaryPrimitives.WriteUInt16BigEndian(section, instance.Definition.ObjectId);
                BinaryPrimitives.WriteUInt16BigEndian(section[2..], instance.InstanceId);
                BinaryPrimitives.WriteUInt16BigEndian(section[4..], (ushort)format);
                End(StateSection.Instance, InstanceHeaderLength + written);
                return;
            }
        }
    }

    private static StateStorageException TooLong(string what) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"With {what} the state of the device would have more than {MaxLength} bytes: "
        + $"remove entries or instances of objects 0, 1 and 2, or allow fewer ReportingOptions.AssignedPaths."));

    private Span<byte> Begin(StateSection kind, int length)
    {
        if (length > MaxLength - _length - HeaderLength)
        {
            throw TooLong(string.Create(CultureInfo.InvariantCulture, $"a section of {length} bytes"));
        }

        int end = _length + HeaderLength + length;
        if (end > _bytes.Length)
        {
            byte[] larger = new byte[Math.Max(end, 2 * _bytes.Length)];
            Written.CopyTo(larger);
            _bytes.AsSpan().Clear();
            _bytes = larger;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_length), (ushort)kind);
        return _bytes.AsSpan(_length + HeaderLength, length);
    }

    private void End(StateSection kind, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_length + sizeof(ushort)), length);
        _length += HeaderLength + length;
    }
}
