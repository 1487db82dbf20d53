using Ipso.Buffers;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>Copies all of an Object Instance into another one of its class, also what no server may read.</summary>
internal static class InstanceCopy
{
    private const int UsualLength = 512;

    /// <summary>Makes a copy that belongs to no device.</summary>
    internal static ObjectInstance Of(ObjectInstance instance, InstanceFactory factory)
    {
        ObjectInstance copy = factory.Create();
        _ = TryOverwrite(copy, instance);
        return copy;
    }

    /// <summary>Makes an Object Instance like another one, as one change; what only the device itself writes stays where the other one
    /// has none.</summary>
    /// <returns>Whether there was a difference.</returns>
    internal static bool TryOverwrite(ObjectInstance target, ObjectInstance source)
    {
        byte[] sourceBytes = Write(source, out int sourceLength);
        byte[] targetBytes = Write(target, out int targetLength);
        bool differs = !sourceBytes.AsSpan(0, sourceLength).SequenceEqual(targetBytes.AsSpan(0, targetLength));
        if (differs)
        {
            _ = Representation.TryRead(
                target, new(source.Definition.ObjectId, source.InstanceId), Representation.Smallest, sourceBytes.AsSpan(0, sourceLength),
                ReadMode.Bootstrap, out _);
        }

        Return(sourceBytes);
        Return(targetBytes);
        return differs;
    }

    private static byte[] Write(ObjectInstance instance, out int length)
    {
        for (int room = UsualLength; ; room *= 2)
        {
            byte[] bytes = SpareBytes.Rent(room + RecordWriter.MaxExcess);
            if (Representation.TryWriteWhole(instance, Representation.Smallest, bytes, out length))
            {
                return bytes;
            }

            Return(bytes);
        }
    }

    // There may have been keys in it.
    private static void Return(byte[] bytes)
    {
        Array.Clear(bytes);
        SpareBytes.Return(bytes);
    }
}
