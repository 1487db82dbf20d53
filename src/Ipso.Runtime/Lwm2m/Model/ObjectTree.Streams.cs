namespace Ipso.Lwm2m.Model;

// Values that go to a sink as they come, instead of into their object.
public sealed partial class ObjectTree
{
    private BlockReaderOptions? _streams;
    private Stream[] _sinks = [];

    /// <summary>
    /// Has the bytes of an Opaque resource go to a sink as a server writes them, block by block, whatever their length: they are never in
    /// memory as a whole, and not in the object. What a Write-Composite brings of it goes into the object as ever.
    /// </summary>
    /// <param name="path">The path of a Resource, for all its instances too where it is multiple, or of a Resource Instance.</param>
    /// <param name="sink">Where the bytes go, called on the device's thread; <see langword="null"/> to end it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The path names no Resource.</exception>
    public void StreamTo(Lwm2mPath path, IOpaqueSink? sink)
    {
        if (path.Depth < 3)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, "The path has to name a Resource or a Resource Instance.");
        }

        lock (_gate)
        {
            List<Stream> sinks = [.. _sinks.Where(other => other.Path != path)];
            if (sink is not null)
            {
                sinks.Add(new(path, sink));
            }

            BlockReaderOptions? streams = sinks.Count == 0 ? null : new();
            foreach (Stream stream in sinks)
            {
                _ = streams!.AddSink(stream.Path, stream.Sink);
            }

            _sinks = [.. sinks];
            Volatile.Write(ref _streams, streams);
        }
    }

    /// <summary>The sinks, where there is one for a path or for something below it; else <see langword="null"/>.</summary>
    internal BlockReaderOptions? StreamsFor(Lwm2mPath path) => Volatile.Read(ref _streams) is { } streams && streams.Concern(path) ? streams : null;

    private sealed class Stream(Lwm2mPath path, IOpaqueSink sink)
    {
        internal Lwm2mPath Path => path;

        internal IOpaqueSink Sink => sink;
    }
}
