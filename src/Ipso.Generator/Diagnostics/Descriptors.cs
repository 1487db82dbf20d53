using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Diagnostics;

/// <summary>
/// All that the generator has to say. An error says that something of the XML is missing from the output; a warning that it is
/// perhaps not what was meant; information is what the registry itself gives occasion for, which must not break a build.
/// </summary>
internal static class Descriptors
{
    /// <summary>Where each id has its heading.</summary>
    public const string HelpPage = "https://github.com/ipso-dotnet/ipso/blob/main/docs/diagnostics.md";

    private const string Registry = "Ipso.Registry";
    private const string Naming = "Ipso.Naming";
    private const string Usage = "Ipso.Usage";

    public static readonly DiagnosticDescriptor InternalError = Create(
        "IPSO0000",
        Usage,
        DiagnosticSeverity.Error,
        "Internal error of the generator",
        "The generator failed; please report this, with the file if you can share it: {0}");

    public static readonly DiagnosticDescriptor NotWellFormed = Create(
        "IPSO0001",
        Registry,
        DiagnosticSeverity.Error,
        "The file is not well-formed XML",
        "The file is not well-formed XML, so none of its objects is generated: {0}");

    public static readonly DiagnosticDescriptor FileUnreadable = Create(
        "IPSO0002",
        Registry,
        DiagnosticSeverity.Error,
        "The file cannot be read",
        "The file cannot be read ({0}); correct its path or take it out of the project");

    public static readonly DiagnosticDescriptor NoObject = Create(
        "IPSO0003",
        Registry,
        DiagnosticSeverity.Info,
        "The file defines no object",
        "The file defines no LwM2M object and is skipped; an object definition has a root element LWM2M with an Object in it");

    public static readonly DiagnosticDescriptor ObjectIdMissing = Create(
        "IPSO0004",
        Registry,
        DiagnosticSeverity.Error,
        "The object has no ObjectID",
        "The object has no ObjectID and is not generated; give it the id that the registry assigned, or one of 26241 to 32768 "
            + "for private use");

    public static readonly DiagnosticDescriptor ObjectIdInvalid = Create(
        "IPSO0005",
        Registry,
        DiagnosticSeverity.Error,
        "The ObjectID is no object id",
        "'{0}' is no object id, so the object is not generated; write a number of 0 to 65534");

    public static readonly DiagnosticDescriptor ResourceIdInvalid = Create(
        "IPSO0006",
        Registry,
        DiagnosticSeverity.Error,
        "The resource has no valid id",
        "'{0}' is no resource id, so the resource is left out of object {1}; write ID=\"n\" with a number of 0 to 65534");

    public static readonly DiagnosticDescriptor ResourceIdRepeated = Create(
        "IPSO0007",
        Registry,
        DiagnosticSeverity.Error,
        "Two resources have one id",
        "Object {1} has a resource {0} already, so this one is left out; give it an id of its own");

    public static readonly DiagnosticDescriptor TypeUnknown = Create(
        "IPSO0008",
        Registry,
        DiagnosticSeverity.Error,
        "The resource's type is unknown",
        "{0} has the type '{1}' and is left out; write String, Integer, Unsigned Integer, Float, Boolean, Opaque, Time, Objlnk or Corelnk");

    public static readonly DiagnosticDescriptor OperationsUnknown = Create(
        "IPSO0009",
        Registry,
        DiagnosticSeverity.Error,
        "The resource's operations are unknown",
        "{0} has the operations '{1}' and is left out; write R, W, RW, E or nothing");

    public static readonly DiagnosticDescriptor NameMissing = Create(
        "IPSO0010",
        Registry,
        DiagnosticSeverity.Warning,
        "The name is missing",
        "{0} has no name and is called by its id; add a Name");

    public static readonly DiagnosticDescriptor VersionMissing = Create(
        "IPSO0011",
        Registry,
        DiagnosticSeverity.Info,
        "The object's version is missing",
        "{0} has no ObjectVersion and is taken for version 1.0; add <ObjectVersion>1.0</ObjectVersion>");

    public static readonly DiagnosticDescriptor VersionInvalid = Create(
        "IPSO0012",
        Registry,
        DiagnosticSeverity.Warning,
        "The version is no version",
        "{0} has the {1} '{2}', which is taken for 1.0; write major.minor, like 1.1");

    public static readonly DiagnosticDescriptor RangeUnread = Create(
        "IPSO0013",
        Registry,
        DiagnosticSeverity.Info,
        "The range is not enforced",
        "{0}: '{1}' is no range that can be enforced, so it is documented only; what is enforced reads like 0..100, 16,32,48, "
            + "1..64 bytes or ON;OFF, and an enumeration like 0: OFF 1: ON");

    public static readonly DiagnosticDescriptor FlagUnknown = Create(
        "IPSO0014",
        Registry,
        DiagnosticSeverity.Warning,
        "The word is unknown",
        "{0}: {1} is '{2}' and is taken for {4}; write {3} or {4}");

    public static readonly DiagnosticDescriptor ElementRepeated = Create(
        "IPSO0015",
        Registry,
        DiagnosticSeverity.Warning,
        "The element is repeated",
        "There is a second {0} in this {1}, and only the first counts; remove one");

    public static readonly DiagnosticDescriptor ElementMissing = Create(
        "IPSO0016",
        Registry,
        DiagnosticSeverity.Warning,
        "The element is missing",
        "{0} has no {1}, which is taken for {2}; add the element");

    public static readonly DiagnosticDescriptor UnitUnknown = Create(
        "IPSO0017",
        Registry,
        DiagnosticSeverity.Info,
        "The unit is none of SenML's",
        "{0} has the unit '{1}', which SenML does not know (RFC 8428, RFC 8798){2}");

    public static readonly DiagnosticDescriptor UrnContradicts = Create(
        "IPSO0018",
        Registry,
        DiagnosticSeverity.Info,
        "The URN is another object's",
        "{0} has the URN '{1}', which is not that of its id and version; write {2}");

    public static readonly DiagnosticDescriptor ElementUnknown = Create(
        "IPSO0019",
        Registry,
        DiagnosticSeverity.Warning,
        "The element is unknown",
        "{0} has an element {1}, which says nothing here and is passed over; there are {2}");

    public static readonly DiagnosticDescriptor ResourceNameShared = Create(
        "IPSO0020",
        Naming,
        DiagnosticSeverity.Info,
        "Two resources share a name",
        "Resource {0} '{1}' of object {4} has the same C# name as resource {2} and is called {3}; nothing needs to be done");

    public static readonly DiagnosticDescriptor ResourceNameTaken = Create(
        "IPSO0021",
        Naming,
        DiagnosticSeverity.Info,
        "The resource's name is taken",
        "Resource {0} '{1}' of object {3} has the C# name of its type or of a member that every object has, and is called {2}; "
            + "nothing needs to be done");

    public static readonly DiagnosticDescriptor ObjectNameShared = Create(
        "IPSO0022",
        Naming,
        DiagnosticSeverity.Info,
        "Two objects share a name",
        "Object {0} shares the name {1} with object {2} and is called {3}; to call it otherwise, set ClassName on its IpsoObject");

    public static readonly DiagnosticDescriptor ObjectRepeated = Create(
        "IPSO0023",
        Naming,
        DiagnosticSeverity.Warning,
        "An object is defined twice",
        "Object {0} in version {1} is defined more than once, and only the definition in {2}, the first by path, counts; "
            + "remove the others");

    public static readonly DiagnosticDescriptor ObjectNameImported = Create(
        "IPSO0024",
        Naming,
        DiagnosticSeverity.Info,
        "The framework has a type of the object's name",
        "Object {0} is called {1} like {2}, which implicit usings import; a file that means the object by that name says "
            + "'using {1} = {3}.{1};', or set ClassName on its IpsoObject");

    public static readonly DiagnosticDescriptor TypeMissing = Create(
        "IPSO0025",
        Registry,
        DiagnosticSeverity.Info,
        "The resource has no type",
        "{0} is no action and has no type, so it is taken for a String; write the type that its values have");

    public static readonly DiagnosticDescriptor OptionInvalid = Create(
        "IPSO0030",
        Usage,
        DiagnosticSeverity.Error,
        "The option's value is not valid",
        "{0} is '{1}' and is ignored; write {2}");

    public static readonly DiagnosticDescriptor MetadataUnknown = Create(
        "IPSO0032",
        Usage,
        DiagnosticSeverity.Warning,
        "The metadata is unknown",
        "'{0}' means nothing on this item and is ignored; did you mean {1}?");

    public static readonly DiagnosticDescriptor ResourceUnknown = Create(
        "IPSO0033",
        Usage,
        DiagnosticSeverity.Error,
        "The object has no such resource",
        "Object {0} ({1}) has no resource '{2}'; it has {3}");

    private static DiagnosticDescriptor Create(string id, string category, DiagnosticSeverity severity, string title, string message) =>
        new(id, title, message, category, severity, isEnabledByDefault: true, helpLinkUri: HelpPage + "#" + id.ToLowerInvariant());
}
