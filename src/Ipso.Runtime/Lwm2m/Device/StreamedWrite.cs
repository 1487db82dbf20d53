using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// A Write whose payload comes in blocks and goes to sinks as it comes (<see cref="ObjectTree.StreamTo"/>): what is not for them is held until
/// all is there.
/// </summary>
internal sealed class StreamedWrite(
    ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadMode mode, BlockReaderOptions streams) : ICoapBodySink, IDisposable
{
    private InstanceBlockReader _reader = streams.Read(instance, path, format, mode);

    /// <summary>Whether this is the payload for a request.</summary>
    internal bool IsFor(ObjectInstance other, Lwm2mPath written, ContentFormat? named, ReadMode meaning) =>
        ReferenceEquals(other, instance) && written == path && named == format && meaning == mode;

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        // What is wrong is said when all has come, by the code that belongs to it; what is too long need not come.
        return _reader.Error.Fault != Codecs.PayloadFault.None
            ? _reader.Error.Fault != Codecs.PayloadFault.TooLarge
            : _reader.Feed(bytes) || _reader.Error.Fault != Codecs.PayloadFault.TooLarge;
    }

    /// <summary>Judges the payload, and applies it where nothing is wrong.</summary>
    internal bool Complete(out PayloadError error) => _reader.Complete(out error);

    /// <inheritdoc/>
    public void Restart()
    {
        _reader.Dispose();
        _reader = streams.Read(instance, path, format, mode);
    }

    /// <inheritdoc/>
    public void Abandon() => Dispose();

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
