using System.Globalization;
using Ipso.Generator.Emit;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;

namespace Ipso.Tool.New;

/// <summary>Values for mandatory resources that their ranges allow, as C# writes them: somebody will put better ones in their place.</summary>
internal static class InitialValue
{
    // What a room has, where the registry sets no bounds.
    private const string UsualMiddle = "20";

    /// <summary>The value of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="type">Its object's class.</param>
    /// <param name="member">Its property.</param>
    public static string Of(ResourceDefinition resource, string type, string member)
    {
        string one = One(resource, type, member);
        return resource is { IsMultiple: true, IsExecutable: false } ? $"[{one}]" : one;
    }

    /// <summary>Between what bounds a value may go up and down: their middle, and how far to both sides.</summary>
    public static (string Middle, string Width) Swing(ResourceDefinition resource)
    {
        if (Bounds(resource) is not { } bounds)
        {
            return (UsualMiddle, "1");
        }

        double min = double.Parse(bounds.Min, CultureInfo.InvariantCulture);
        double max = double.Parse(bounds.Max, CultureInfo.InvariantCulture);
        double middle = (min / 2) + (max / 2);
        return (Digits(middle), Digits(Math.Min(1, max - middle)));
    }

    private static string One(ResourceDefinition resource, string type, string member) => resource switch
    {
        { IsExecutable: true } => $"_ => Console.WriteLine({CSharpText.Literal(member)})",
        { Enumeration.Count: > 0 } => $"{type}.Values.{member}.{ValueNames.Of(resource.Enumeration)[0]}",
        { Kind: ResourceKind.Float } => Swing(resource).Middle,
        { Kind: ResourceKind.Integer or ResourceKind.UnsignedInteger } => Whole(resource),
        { Kind: ResourceKind.Boolean } => "false",
        { Kind: ResourceKind.String, Range: { Subject: RangeSubject.Words } range } => CSharpText.Literal(range.Words[0]),
        { Kind: ResourceKind.String } => CSharpText.Literal(new string('-', Length(resource))),
        { Kind: ResourceKind.Opaque } => $"new byte[{Length(resource)}]",
        { Kind: ResourceKind.Time } => "DateTimeOffset.UtcNow",
        { Kind: ResourceKind.ObjectLink } => "Ipso.Lwm2m.ObjectLink.Null",
        { Kind: ResourceKind.CoreLink } => "new Ipso.Lwm2m.CoreLink(\"\")",
        _ => "default",
    };

    // 0 where that is allowed, as it nearly always is.
    private static string Whole(ResourceDefinition resource) =>
        Bounds(resource) is { } bounds && (decimal.Parse(bounds.Min, CultureInfo.InvariantCulture) > 0 || decimal.Parse(bounds.Max, CultureInfo.InvariantCulture) < 0)
            ? bounds.Min
            : "0";

    private static int Length(ResourceDefinition resource) =>
        resource.Range is { Subject: RangeSubject.Length } range ? int.Parse(range.Intervals[0].Min, CultureInfo.InvariantCulture) : 0;

    private static Interval? Bounds(ResourceDefinition resource) =>
        resource.Range is { Subject: RangeSubject.Value, Intervals: { Count: > 0 } intervals } ? intervals[0] : null;

    private static string Digits(double value) => value.ToString("0.################", CultureInfo.InvariantCulture);
}
