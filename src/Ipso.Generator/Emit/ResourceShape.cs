using System.Globalization;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;

namespace Ipso.Generator.Emit;

/// <summary>How one resource looks in C#: the types of its field and its property, and the calls that move it.</summary>
internal sealed class ResourceShape
{
    private const string Time = "global::System.DateTimeOffset";
    private const string Memory = "global::System.ReadOnlyMemory<byte>";

    /// <summary>What an instance has its fields in.</summary>
    public const string AllFields = "_fields";

    // In bytes: whatever a value is, it is a word or a reference.
    private const int SlotLength = 8;

    private string? _facts;

    public ResourceShape(ResourceDefinition definition, string name, ushort index)
    {
        Definition = definition;
        Name = name;
        Index = index;
        Field = $"{AllFields}.{name}";
        (FieldType, ValueType, Method) = definition.Kind switch
        {
            ResourceKind.String => ("string", "string", RuntimeNames.StringMethod),
            ResourceKind.Integer => ("long", "long", RuntimeNames.IntegerMethod),
            ResourceKind.UnsignedInteger => ("ulong", "ulong", RuntimeNames.UnsignedMethod),
            ResourceKind.Float => ("double", "double", RuntimeNames.FloatMethod),
            ResourceKind.Boolean => ("bool", "bool", RuntimeNames.BooleanMethod),
            ResourceKind.Opaque => ("byte[]", Memory, RuntimeNames.OpaqueMethod),
            ResourceKind.Time => ("long", Time, RuntimeNames.TimeMethod),
            ResourceKind.ObjectLink => (RuntimeNames.ObjectLink, RuntimeNames.ObjectLink, RuntimeNames.ObjectLinkMethod),
            ResourceKind.CoreLink => (RuntimeNames.CoreLink, RuntimeNames.CoreLink, RuntimeNames.CoreLinkMethod),
            _ => (RuntimeNames.ExecuteHandler + "?", RuntimeNames.ExecuteHandler, ""),
        };

        IsEnumeration = definition.Enumeration.Count > 0;
        if (IsEnumeration)
        {
            ValueType = $"{RuntimeNames.Values}.{name}";
        }

        ItemType = ValueType;
        if (IsMultiple)
        {
            ValueType = $"{RuntimeNames.ResourceInstances}<{ValueType}>";
            FieldType = ValueType + "?";
        }
    }

    public ResourceDefinition Definition { get; }

    /// <summary>What its documentation says in few words, at the property and at the type.</summary>
    public string Facts => _facts ??= ObjectDocs.FactsOf(Definition);

    /// <summary>The property's name, and that of the id's constants.</summary>
    public string Name { get; }

    /// <summary>The resource's position among all of the object: its presence bit.</summary>
    public ushort Index { get; }

    /// <summary>The field, as the class's members call it.</summary>
    public string Field { get; }

    /// <summary>Writes the field's declaration, in the slot of its place.</summary>
    public void WriteField(SourceWriter w) =>
        w.Line($"[global::System.Runtime.InteropServices.FieldOffset({Offset})] public {FieldType} {Name};");

    private string Offset => (Index * SlotLength).ToString(CultureInfo.InvariantCulture);

    /// <summary>The writer's method.</summary>
    public string Method { get; }

    /// <summary>Whether the property is required and of a reference type.</summary>
    public bool IsRequiredReference => Definition.IsRequired && (IsMultiple || Definition.Kind == ResourceKind.String);

    /// <summary>Whether the values have names: the property has an enumeration's type, and the field keeps the number.</summary>
    public bool IsEnumeration { get; }

    /// <summary>The type of the number that goes over the wire, for an enumeration.</summary>
    public string UnderlyingType => Definition.Kind == ResourceKind.Integer ? "long" : "ulong";

    // As the property gives it: null where the resource is taken away.
    private string NumberType => Definition.IsRequired ? UnderlyingType : UnderlyingType + "?";

    /// <summary>The type of one value: that of the property without what optional and multiple resources add to it.</summary>
    public string ItemType { get; }

    private string FieldType { get; }

    private string ValueType { get; }

    /// <summary>The type of the property: nullable where the resource may be absent.</summary>
    public string PropertyType =>
        Definition.IsExecutable || (!IsMultiple && !Definition.IsRequired) ? ValueType + "?" : ValueType;

    /// <summary>Whether it has instances. An action has none, even where a file says that it has.</summary>
    public bool IsMultiple => Definition.IsMultiple && !Definition.IsExecutable;

    /// <summary>The statement that makes other resources follow a new value, or null where none do.</summary>
    public string? FollowUp { get; set; }

    /// <summary>Writes the property, on one line.</summary>
    public void WriteProperty(SourceWriter w)
    {
        string head = Definition.IsRequired ? "public required" : "public";
        if (Definition.IsExecutable)
        {
            w.Line($"{head} {PropertyType} {Name} {{ get => {Field}; set => {Field} = value; }}");
            return;
        }

        if (IsMultiple)
        {
            w.Write($"{head} {PropertyType} {Name} {{ get => {RuntimeNames.Instances}(ref {Field}, {Index}); ")
                .Line($"set => {RuntimeNames.Replace}(ref {Field}, value, {Index}); }}");
            return;
        }

        w.Write($"{head} {PropertyType} {Name} {{ get => ");
        WriteGet(w);
        w.Write(FollowUp is not null ? "; set { using (" + RuntimeNames.BeginUpdate + "()) { " : "; set => ");
        w.Write($"{RuntimeNames.Set}(ref {Field}, {(IsEnumeration ? $"({NumberType})value" : "value")}, {Index});");
        w.Line(FollowUp is not null ? $" {FollowUp} }} }} }}" : " }");
    }

    private void WriteGet(SourceWriter w)
    {
        if (!Definition.IsRequired)
        {
            w.Write($"{RuntimeNames.Has}({Index}) ? ");
        }

        _ = Definition.Kind == ResourceKind.Time ? w.Write($"{RuntimeNames.ToTime}({Field})")
            : IsEnumeration ? w.Write($"({ValueType}){Field}")
            // One off the wire has none before it is read.
            : w.Write(Field).Write(Definition is { IsRequired: true, Kind: ResourceKind.String } ? " ?? \"\"" : "");
        if (!Definition.IsRequired)
        {
            // A bare null would become an empty memory: null converts to an array, and an array to a memory.
            w.Write(Definition.Kind == ResourceKind.Opaque ? $" : ({ValueType}?)null" : " : null");
        }
    }

    /// <summary>Writes the statement that writes the value if it is there.</summary>
    public void WriteEncoding(SourceWriter w) =>
        w.Line($"if ({RuntimeNames.Has}({Index})) w.{Method}({RuntimeNames.Keys}.{Name}, {Field}{(IsMultiple ? "!" : "")});");

    /// <summary>
    /// The id ready for the wire: bits 0-7 hold 0x60 and the number of digits, bits 8-47 the digits in ASCII with the first one
    /// lowest, bits 48-63 the id itself.
    /// </summary>
    public ulong Key
    {
        get
        {
            string digits = Identifier.Number(Definition.Id);
            ulong key = 0x60UL + (ulong)digits.Length;
            for (int i = 0; i < digits.Length; i++)
            {
                key |= (ulong)digits[i] << (8 * (i + 1));
            }

            return key | ((ulong)Definition.Id << 48);
        }
    }

    /// <summary>Writes the entry in the object's information.</summary>
    public void WriteInfo(SourceWriter w)
    {
        ResourceDefinition d = Definition;
        w.Write($"new({d.Id}, ").WriteLiteral(d.Name.Length > 0 ? d.Name : Name);
        w.Write($", {RuntimeNames.ResourceType}.{d.Kind.Member()}, {OperationsOf(d.Operations)})");
        string separator = " { ";
        if (d.IsMandatory)
        {
            w.Write($"{Separator()}{RuntimeNames.IsMandatory} = true");
        }

        if (d.IsMultiple)
        {
            w.Write($"{Separator()}{RuntimeNames.IsMultiple} = true");
        }

        if (d.Unit.Length > 0)
        {
            WriteUnit(w.Write($"{Separator()}{RuntimeNames.Unit} = "), d.Unit);
        }

        if (d.Range is { } range)
        {
            WriteRange(w.Write($"{Separator()}{RuntimeNames.Range} = "), range, d.Kind);
        }

        w.Line(separator == ", " ? " }," : ",");

        string Separator()
        {
            string current = separator;
            separator = ", ";
            return current;
        }
    }

    private static void WriteUnit(SourceWriter w, string symbol)
    {
        w.Write($"new {RuntimeNames.SenMLUnit}(").WriteLiteral(symbol);
        bool isRegistered = SenMLUnits.TryFind(symbol, out SenMLUnit unit);
        if (isRegistered && unit.Primary is { } primary)
        {
            w.Write(", ").WriteLiteral(primary).Write($", {unit.Scale}");
            w.Write(unit.Offset == "0" ? "" : ", " + unit.Offset);
        }

        w.Write(isRegistered ? ")" : ") { " + RuntimeNames.IsRegistered + " = false }");
    }

    private static void WriteRange(SourceWriter w, ValueRange range, ResourceKind kind)
    {
        string type = (range.Subject, kind) switch
        {
            (RangeSubject.Length, _) => RuntimeNames.LengthRange,
            (RangeSubject.Words, _) => RuntimeNames.WordRange,
            (_, ResourceKind.Integer) => RuntimeNames.NumericRange + "<long>",
            (_, ResourceKind.UnsignedInteger) => RuntimeNames.NumericRange + "<ulong>",
            _ => RuntimeNames.NumericRange + "<double>",
        };
        w.Write($"new {type}([");
        for (int i = 0; i < range.Words.Count; i++)
        {
            w.Write(i == 0 ? "" : ", ").WriteLiteral(range.Words[i]);
        }

        for (int i = 0; i < range.Intervals.Count; i++)
        {
            Interval interval = range.Intervals[i];
            w.Write($"{(i == 0 ? "" : ", ")}new({Bound(interval.Min, kind)}, {Bound(interval.Max, kind)})");
        }

        w.Write("])");
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
