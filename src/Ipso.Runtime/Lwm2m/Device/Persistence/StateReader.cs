using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Ipso.Coap;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>Reads the sections of a state, of which those of a kind that it does not know are for the caller to pass over.</summary>
/// <param name="state">The state, whose checksum was right.</param>
internal ref struct StateReader(ReadOnlySpan<byte> state)
{
    private ReadOnlySpan<byte> _rest = state;

    /// <summary>What the section that was reached is.</summary>
    internal StateSection Kind { get; private set; }

    /// <summary>What is in it.</summary>
    internal ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether there is nothing behind the section that was reached. Where there is, and no next section, it is cut short.</summary>
    internal readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Goes to the next section.</summary>
    /// <returns>Whether there is one, which is whole.</returns>
    internal bool Next()
    {
        if (_rest.Length < StateWriter.HeaderLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(_rest[sizeof(ushort)..]);
        if ((uint)length > (uint)(_rest.Length - StateWriter.HeaderLength))
        {
            return false;
        }

        Kind = (StateSection)BinaryPrimitives.ReadUInt16BigEndian(_rest);
        Content = _rest.Slice(StateWriter.HeaderLength, length);
        _rest = _rest[(StateWriter.HeaderLength + length)..];
        return true;
    }

    /// <summary>Makes the Object Instance of the section that was reached.</summary>
    /// <param name="factories">The classes of objects that are kept.</param>
    /// <param name="instance">The Object Instance, which has its id yet to get.</param>
    /// <param name="id">Its id.</param>
    /// <param name="fault">Why there is none, in words.</param>
    internal readonly bool TryReadInstance(
        ReadOnlySpan<InstanceFactory> factories, [NotNullWhen(true)] out ObjectInstance? instance, out ushort id,
        [NotNullWhen(false)] out string? fault)
    {
        instance = null;
        id = 0;
        if (Content.Length < StateWriter.InstanceHeaderLength)
        {
            fault = "an Object Instance without ids";
            return false;
        }

        ushort objectId = BinaryPrimitives.ReadUInt16BigEndian(Content);
        id = BinaryPrimitives.ReadUInt16BigEndian(Content[2..]);
        if (id == Lwm2mPath.MaxId)
        {
            fault = $"/{objectId}/{id} has the id that is reserved";
            return false;
        }

        ContentFormat format = (ContentFormat)BinaryPrimitives.ReadUInt16BigEndian(Content[4..]);
        if (!Representation.Supports(format))
        {
            fault = $"/{objectId}/{id} is in format {(int)format}, which this program's IpsoFormats leave out";
            return false;
        }

        foreach (InstanceFactory factory in factories)
        {
            if (factory.Definition.ObjectId != objectId)
            {
                continue;
            }

            ObjectInstance read = factory.Create();
            ReadOnlySpan<byte> payload = Content[StateWriter.InstanceHeaderLength..];
            if (!Representation.TryRead(read, new(objectId, id), format, payload, ReadMode.Bootstrap, out PayloadError error))
            {
                fault = $"/{objectId}/{id}: {error}";
                return false;
            }

            (instance, fault) = (read, null);
            return true;
        }

        fault = $"/{objectId}/{id} is of an object that this device does not keep";
        return false;
    }
}
