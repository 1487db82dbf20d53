using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>The path of a record of which no more than the names before its value have come.</summary>
internal static class StreamedPaths
{
    /// <summary>Resolves a name against the base name of its own record, or else of the records before it.</summary>
    /// <param name="baseName">The base name of the records before.</param>
    /// <param name="ownBaseName">The record's base name; empty where it has none so far.</param>
    /// <param name="name">The record's name; empty where it has none so far.</param>
    /// <param name="path">The path.</param>
    internal static bool TryResolve(
        RecordName baseName, SenMLText ownBaseName, SenMLText name, out Lwm2mPath path)
    {
        if (!ownBaseName.IsEmpty)
        {
            baseName = RecordName.Of(in ownBaseName);
        }

        return baseName.TryResolve(name, out path);
    }
}
