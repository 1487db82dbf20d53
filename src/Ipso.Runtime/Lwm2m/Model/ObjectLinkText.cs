using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ipso.Links;

namespace Ipso.Lwm2m.Model;

/// <summary>The parts of links into an object tree that Register, Discover and <c>/.well-known/core</c> have in common.</summary>
internal static class ObjectLinkText
{
    /// <summary>Begins a link to a path.</summary>
    internal static void Link(ref LinkFormatWriter writer, Lwm2mPath path, scoped ReadOnlySpan<byte> root = default)
    {
        Span<byte> text = stackalloc byte[Lwm2mPath.MaxTextLength];
        path.TryFormat(text, out int length);
        writer.Link(root, text[..length]);
    }

    /// <summary>Writes a version as a parameter of the link at hand.</summary>
    internal static void Version(ref LinkFormatWriter writer, ReadOnlySpan<byte> name, ObjectVersion version, bool isQuoted = false)
    {
        Span<byte> text = stackalloc byte[ObjectVersion.MaxTextLength];
        version.TryFormat(text, out int length);
        if (isQuoted)
        {
            writer.Quoted(name, text[..length]);
        }
        else
        {
            writer.Token(name, text[..length]);
        }
    }

    /// <summary>An object's version, where it has to be said.</summary>
    internal static bool HasVersionToSay(ObjectInfo definition, ObjectVersion lwm2mVersion, out ObjectVersion version) =>
        ObjectVersion.TryParse(definition.Version, out version)
        && !CoreObjects.IsImplied(definition.ObjectId, version, lwm2mVersion);

    /// <summary>Finds the object of the lowest id between two ids, of those given, in whatever order, and those that a tree knows.</summary>
    internal static bool TryFindBetween(
        int previous, int next, ImmutableArray<ObjectInfo> objects, ObjectTree tree, [NotNullWhen(true)] out ObjectInfo? lowest)
    {
        lowest = null;
        foreach (ObjectInfo definition in objects.IsDefault ? [] : objects)
        {
            lowest = IsCloser(definition, previous, next, lowest) ? definition : lowest;
        }

        foreach (AllowedObject known in tree.Known)
        {
            lowest = IsCloser(known.Definition, previous, next, lowest) ? known.Definition : lowest;
        }

        return lowest is not null;
    }

    private static bool IsCloser(ObjectInfo definition, int previous, int next, ObjectInfo? lowest) =>
        definition.ObjectId > previous && definition.ObjectId < next && !(definition.ObjectId >= lowest?.ObjectId);

    internal static RepresentationResult ResultOf(in LinkFormatWriter writer, out int written)
    {
        int length = writer.Finish();
        written = Math.Max(length, 0);
        return length >= 0 ? RepresentationResult.Written
            : writer.Overflowed ? RepresentationResult.TooLarge
            : RepresentationResult.NotRepresentable;
    }
}
