using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Fuzz.Decoders;

/// <summary>What a payload is for: a kind of object and a path of an instance of it or below.</summary>
internal sealed record Scenario(SubjectKind Kind, Lwm2mPath Path)
{
    /// <summary>Every path of depth 2 to 4 of every kind that has a meaning of its own, and some that lead nowhere.</summary>
    internal static IReadOnlyList<Scenario> All { get; } = [.. SubjectKind.All.SelectMany(PathsOf)];

    private static IEnumerable<Scenario> PathsOf(SubjectKind kind)
    {
        Lwm2mPath instance = new(kind.Info.ObjectId, 0);
        yield return new(kind, instance);
        foreach (ResourceInfo resource in kind.Info.Resources.ToArray())
        {
            yield return new(kind, instance.Append(resource.Id));
            yield return new(kind, instance.Append(resource.Id).Append(0));
            if (resource.IsMultiple)
            {
                yield return new(kind, instance.Append(resource.Id).Append(1));
            }
        }

        yield return new(kind, instance.Append(4242));
    }
}
