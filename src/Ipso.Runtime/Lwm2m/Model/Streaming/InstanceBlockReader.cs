using Ipso.Coap;

namespace Ipso.Lwm2m.Model;

/// <summary>Reads a payload in blocks into an object, which is not touched before the payload is whole and right.</summary>
public sealed class InstanceBlockReader : PayloadBlockReader
{
    private readonly ObjectInstance _instance;

    /// <summary>Begins to read a payload.</summary>
    /// <param name="instance">The object.</param>
    /// <param name="path">
    /// The path that the payload is for: the Object Instance or something below it. Its ids are the ones that names in the payload are held
    /// against, whatever instance of the object they are read into.
    /// </param>
    /// <param name="format">The payload's format, one that <see cref="Representation.CanRead"/>.</param>
    /// <param name="mode">What the payload means.</param>
    /// <param name="options">Bounds and sinks; those of a new <see cref="BlockReaderOptions"/> where there are none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported, or the path names no Object Instance.</exception>
    public InstanceBlockReader(
        ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadMode mode, BlockReaderOptions? options = null)
        : base(DefinitionOf(instance), path, format, mode, options)
    {
        if (path.Depth < 2)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, "The path has to name an Object Instance or something below it.");
        }

        _instance = instance;
    }

    private protected override bool TryApply(out PayloadError error) => TryApply(_instance, Path, out error);

    private static ObjectInfo DefinitionOf(ObjectInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.Definition;
    }
}
