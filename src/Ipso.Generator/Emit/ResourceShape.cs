using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;

namespace Ipso.Generator.Emit;

/// <summary>How one resource looks in C#: the types of its field and its property, and the calls that move it.</summary>
internal sealed class ResourceShape
{
    private const string Time = "global::System.DateTimeOffset";
    private const string Memory = "global::System.ReadOnlyMemory<byte>";

    private string? _facts;

    public ResourceShape(ResourceDefinition definition, string name, int index)
    {
        Definition = definition;
        Name = name;
        Index = index;
        Bit = Identifier.Number((ushort)index);
        Field = Identifier.Field(name);
        (FieldType, ValueType, Method, string initial) = definition.Kind switch
        {
            ResourceKind.String => ("string", "string", RuntimeNames.StringMethod, " = \"\""),
            ResourceKind.Integer => ("long", "long", RuntimeNames.IntegerMethod, ""),
            ResourceKind.UnsignedInteger => ("ulong", "ulong", RuntimeNames.UnsignedMethod, ""),
            ResourceKind.Float => ("double", "double", RuntimeNames.FloatMethod, ""),
            ResourceKind.Boolean => ("bool", "bool", RuntimeNames.BooleanMethod, ""),
            ResourceKind.Opaque => ("byte[]", Memory, RuntimeNames.OpaqueMethod, " = []"),
            ResourceKind.Time => ("long", Time, RuntimeNames.TimeMethod, ""),
            ResourceKind.ObjectLink => (RuntimeNames.ObjectLink, RuntimeNames.ObjectLink, RuntimeNames.ObjectLinkMethod, ""),
            ResourceKind.CoreLink => (RuntimeNames.CoreLink, RuntimeNames.CoreLink, RuntimeNames.CoreLinkMethod, ""),
            _ => (RuntimeNames.ExecuteHandler + "?", RuntimeNames.ExecuteHandler, "", ""),
        };

        IsEnumeration = definition.Enumeration.Count > 0;
        if (IsEnumeration)
        {
            ValueType = $"{RuntimeNames.Values}.{name}";
        }

        if (IsMultiple)
        {
            ValueType = $"{RuntimeNames.ResourceInstances}<{ValueType}>";
            FieldType = ValueType + "?";
            initial = "";
        }

        Initial = initial;
    }

    public ResourceDefinition Definition { get; }

    /// <summary>What its documentation says in few words, at the property and at the type.</summary>
    public string Facts => _facts ??= ObjectDocs.FactsOf(Definition);

    /// <summary>The property's name, and that of the id's constants.</summary>
    public string Name { get; }

    /// <summary>The resource's position among all of the object: its presence bit.</summary>
    public int Index { get; }

    // As text: an interpolated string with a number in it goes through a slow format.
    private string Bit { get; }

    public string Field { get; }

    private string Initial { get; }

    /// <summary>Writes the field's declaration.</summary>
    public void WriteField(SourceWriter w) => w.Lines($"private {FieldType} {Field}{Initial};");

    /// <summary>The method of writer and reader.</summary>
    public string Method { get; }

    /// <summary>Whether the property is required and of a reference type.</summary>
    public bool IsRequiredReference => Definition.IsRequired && (IsMultiple || Definition.Kind == ResourceKind.String);

    /// <summary>Whether the values have names: the property has an enumeration's type, and the field keeps the number.</summary>
    public bool IsEnumeration { get; }

    /// <summary>The type of the number that goes over the wire, for an enumeration.</summary>
    public string UnderlyingType => Definition.Kind == ResourceKind.Integer ? "long" : "ulong";

    private string FieldType { get; }

    private string ValueType { get; }

    // An action has no instances, even where a file says that it has.
    private bool IsMultiple => Definition.IsMultiple && !Definition.IsExecutable;

    /// <summary>Whether other resources follow a new value.</summary>
    public bool IsFollowed { get; set; }

    /// <summary>Writes the property, on one line.</summary>
    public void WriteProperty(SourceWriter w)
    {
        string head = Definition.IsRequired ? "public required" : "public";
        if (Definition.IsExecutable)
        {
            w.Lines($"{head} {ValueType}? {Name} {{ get; set; }}");
            return;
        }

        if (IsMultiple)
        {
            string instances = $"{RuntimeNames.Instances}(ref {Field}, {Bit})";
            w.Lines($"{head} {ValueType} {Name} {{ get => {instances}; set => {RuntimeNames.Replace}(ref {Field}, value, {Bit}); }}");
            return;
        }

        string type = Definition.IsRequired ? ValueType : ValueType + "?";
        string value = Definition.Kind == ResourceKind.Time ? $"{RuntimeNames.ToTime}({Field})"
            : IsEnumeration ? $"({ValueType}){Field}"
            : Field;
        string given = !IsEnumeration ? "value" : Definition.IsRequired ? $"({UnderlyingType})value" : $"({UnderlyingType}?)value";
        // A bare null would become an empty memory: null converts to an array, and an array to a memory.
        string absent = Definition.Kind == ResourceKind.Opaque ? $"({type})null" : "null";
        string get = Definition.IsRequired ? value : $"{RuntimeNames.Has}({Bit}) ? {value} : {absent}";
        string set = $"{RuntimeNames.Set}(ref {Field}, {given}, {Bit});";
        if (IsFollowed)
        {
            string block = $"{{ using ({RuntimeNames.BeginUpdate}()) {{ {set} {RuntimeNames.Measured}(); }} }}";
            w.Lines($"{head} {type} {Name} {{ get => {get}; set {block} }}");
        }
        else
        {
            w.Lines($"{head} {type} {Name} {{ get => {get}; set => {set} }}");
        }
    }

    /// <summary>Writes the statement that writes the value if it is there.</summary>
    public void WriteEncoding(SourceWriter w) =>
        w.Lines($"if ({RuntimeNames.Has}({Bit})) w.{Method}({RuntimeNames.Keys}.{Name}, {Field}{(IsMultiple ? "!" : "")});");

    /// <summary>Writes the case that reads the value.</summary>
    public void WriteDecoding(SourceWriter w)
    {
        string follow = IsFollowed && Definition.IsWritable ? $" if (r.{RuntimeNames.IsWritten}) {RuntimeNames.Measured}();" : "";
        w.Lines($"case {RuntimeNames.ResourceIds}.{Name}: r.{Method}(ref {Field}, {Bit});{follow} break;");
    }

    /// <summary>
    /// The id ready for the wire: bits 0-7 hold 0x60 and the number of digits, bits 8-47 the digits in ASCII with the first one
    /// lowest, bits 48-63 the id itself.
    /// </summary>
    public string Key
    {
        get
        {
            string digits = Identifier.Number(Definition.Id);
            ulong key = 0x60UL + (ulong)digits.Length;
            for (int i = 0; i < digits.Length; i++)
            {
                key |= (ulong)digits[i] << (8 * (i + 1));
            }

            key |= (ulong)Definition.Id << 48;
            return "0x" + key.ToString("X16", CultureInfo.InvariantCulture).Insert(12, "_").Insert(8, "_").Insert(4, "_");
        }
    }

    /// <summary>Writes the entry in the object's information.</summary>
    public void WriteInfo(SourceWriter w)
    {
        ResourceDefinition d = Definition;
        var extras = new List<string>();
        if (d.IsMandatory)
        {
            extras.Add($"{RuntimeNames.IsMandatory} = true");
        }

        if (d.IsMultiple)
        {
            extras.Add($"{RuntimeNames.IsMultiple} = true");
        }

        if (d.Unit.Length > 0)
        {
            extras.Add($"{RuntimeNames.Unit} = {UnitOf(d.Unit)}");
        }

        if (d.Range is { } range)
        {
            extras.Add($"{RuntimeNames.Range} = {RangeOf(range, d.Kind)}");
        }

        string name = CSharpText.Literal(d.Name.Length > 0 ? d.Name : Name);
        string tail = extras.Count == 0 ? "" : $" {{ {string.Join(", ", extras)} }}";
        w.Lines($"new({d.Id}, {name}, {RuntimeNames.ResourceType}.{d.Kind.Member()}, {OperationsOf(d.Operations)}){tail},");
    }

    private static string UnitOf(string symbol)
    {
        bool isRegistered = SenMLUnits.TryFind(symbol, out SenMLUnit unit);
        string conversion = isRegistered && unit.Primary is { } primary
            ? $", {CSharpText.Literal(primary)}, {unit.Scale}{(unit.Offset == "0" ? "" : ", " + unit.Offset)}"
            : "";
        string rest = isRegistered ? "" : $" {{ {RuntimeNames.IsRegistered} = false }}";
        return $"new {RuntimeNames.SenMLUnit}({CSharpText.Literal(symbol)}{conversion}){rest}";
    }

    private static string RangeOf(ValueRange range, ResourceKind kind)
    {
        string type = (range.Subject, kind) switch
        {
            (RangeSubject.Length, _) => RuntimeNames.LengthRange,
            (RangeSubject.Words, _) => RuntimeNames.WordRange,
            (_, ResourceKind.Integer) => RuntimeNames.NumericRange + "<long>",
            (_, ResourceKind.UnsignedInteger) => RuntimeNames.NumericRange + "<ulong>",
            _ => RuntimeNames.NumericRange + "<double>",
        };
        IEnumerable<string> arguments = range.Subject == RangeSubject.Words
            ? range.Words.Select(CSharpText.Literal)
            : range.Intervals.Select(interval => $"new({Bound(interval.Min, kind)}, {Bound(interval.Max, kind)})");
        return $"new {type}([{string.Join(", ", arguments)}])";
    }

    private static string Bound(string digits, ResourceKind kind) => kind == ResourceKind.Float ? CSharpText.Double(digits) : digits;

    private static string OperationsOf(ResourceOperations operations) => operations switch
    {
        ResourceOperations.Read | ResourceOperations.Write => $"{RuntimeNames.Operations}.Read | {RuntimeNames.Operations}.Write",
        ResourceOperations.Read => $"{RuntimeNames.Operations}.Read",
        ResourceOperations.Write => $"{RuntimeNames.Operations}.Write",
        ResourceOperations.Execute => $"{RuntimeNames.Operations}.Execute",
        _ => $"{RuntimeNames.Operations}.None",
    };
}
