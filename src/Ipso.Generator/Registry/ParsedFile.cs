using Ipso.Generator.Diagnostics;
using Ipso.Generator.Naming;
using Ipso.Generator.Project;

namespace Ipso.Generator.Registry;

/// <summary>What one file came to.</summary>
/// <param name="Objects">The objects it defines.</param>
/// <param name="Claims">The same objects' claims to a name, with their places.</param>
/// <param name="Faults">What is wrong in it.</param>
internal sealed record ParsedFile(
    EquatableArray<SourceObject> Objects,
    EquatableArray<NameClaim> Claims,
    EquatableArray<DiagnosticInfo> Faults);

/// <summary>An object as its file gives it, before it has a name.</summary>
/// <param name="Key">What decides its name.</param>
/// <param name="Definition">The object, whole.</param>
/// <param name="Options">What the project asks for.</param>
/// <param name="Members">The names of its resources in C#, as long as its type has the name that it wishes for.</param>
/// <param name="Omitted">The ids of resources that the project does not want.</param>
internal sealed record SourceObject(
    ObjectKey Key,
    ObjectDefinition Definition,
    ProjectOptions Options,
    EquatableArray<string> Members,
    EquatableArray<ushort> Omitted);

/// <summary>A claim to a type name, and where to say so if it is not granted.</summary>
internal sealed record NameClaim(ObjectKey Key, LocationInfo NamePlace, LocationInfo IdPlace);
