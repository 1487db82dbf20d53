using Ipso.Generator.Naming;

namespace Ipso.Generator.Registry;

/// <summary>What a fault is said of: an object, or a resource of one. It becomes words when there is something to say.</summary>
internal readonly record struct Subject(ushort ObjectId, ushort? ResourceId = null)
{
    public override string ToString() => ResourceId is { } id
        ? $"Resource {Identifier.Number(id)} of object {Identifier.Number(ObjectId)}"
        : $"Object {Identifier.Number(ObjectId)}";
}
