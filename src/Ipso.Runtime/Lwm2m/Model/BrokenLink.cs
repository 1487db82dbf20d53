using Ipso.Buffers;

namespace Ipso.Lwm2m.Model;

/// <summary>An Objlnk resource that points at what is not there.</summary>
/// <param name="Path">Its path; of a multiple resource, that of the Resource Instance.</param>
/// <param name="Link">Where it points.</param>
public readonly record struct BrokenLink(Lwm2mPath Path, ObjectLink Link)
{
    /// <summary>One line for a log: <c>/26300/0/26241 points at 3303:7, which is not there</c>.</summary>
    public override string ToString() => Phrase.Of($"{Path} points at {Link}, which is not there");
}
