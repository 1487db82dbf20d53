using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Payloads in blocks: the records of an Object Instance are captured first.
public ref partial struct ResourceWriter
{
    private ResourceWriter(CapturedRecords captured) => _records = RecordWriter.To(captured);

    /// <summary>Captures an Object Instance, or what lies below it on a path, as it is now.</summary>
    internal static void Capture(ObjectInstance instance, Lwm2mPath path, CapturedRecords captured)
    {
        ResourceWriter writer = new(captured);
        writer.Write(instance, path, isOneOfSeveral: false);
    }

    /// <summary>Captures all of an Object Instance, also what no server may read.</summary>
    internal static void CaptureWhole(ObjectInstance instance, CapturedRecords captured)
    {
        ResourceWriter writer = new(captured);
        writer.WriteWhole(instance);
    }

    /// <summary>Writes a captured value on the path that was begun, with the key 0.</summary>
    internal void Put(in CapturedRecord value) => _records.Put(in value);
}
