namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// Whom a framer hands what it finds: whole records, and the bytes of long values as they come. A fault that is given back ends it.
/// </summary>
internal interface IRecordConsumer
{
    /// <summary>Takes a record, which is valid until this returns.</summary>
    /// <param name="record">The record, within the path of the request.</param>
    /// <param name="position">Where in the payload it ends, in bytes.</param>
    PayloadFault Take(scoped in RecordReader record, int position);

    /// <summary>Whether the bytes of an Opaque on a path are wanted as they come.</summary>
    bool IsStreamed(Lwm2mPath path);

    /// <summary>Begins a value whose bytes are wanted as they come.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="length">How many bytes will come; -1 where the format does not say.</param>
    PayloadFault BeginValue(Lwm2mPath path, long length);

    /// <summary>Takes the next bytes of the value that was begun last.</summary>
    PayloadFault WriteValue(ReadOnlySpan<byte> bytes);

    /// <summary>Says that the record of a value is whole, and that it is of the path that the value was begun with.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="position">Where in the payload its record ends, in bytes.</param>
    PayloadFault EndValue(Lwm2mPath path, long length, int position);
}
