using System.IO.MemoryMappedFiles;

namespace Ipso.Fuzz.Running;

/// <summary>Which case is running, in a file that outlives the process that runs it.</summary>
internal sealed class Journal : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Opens the journal of as many decoders; an empty one where there is none.</summary>
    internal Journal(string path, int decoders)
    {
        long length = (1 + decoders) * sizeof(long);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, length);
        _view = _file.CreateViewAccessor(0, length);
    }

    /// <summary>The place of the decoder that runs.</summary>
    internal int Decoder
    {
        get => (int)_view.ReadInt64(0);
        set => _view.Write(0, (long)value);
    }

    /// <summary>The number of the case that a decoder runs, or ran last.</summary>
    internal long this[int decoder]
    {
        get => _view.ReadInt64((1 + decoder) * sizeof(long));
        set => _view.Write((1 + decoder) * sizeof(long), value);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
