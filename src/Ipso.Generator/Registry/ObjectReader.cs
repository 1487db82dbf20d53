using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Naming;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Registry;

/// <summary>
/// Makes an <see cref="ObjectDefinition"/> of an Object element. A faulty resource is left out; the rest of the object lives.
/// </summary>
internal sealed class ObjectReader(XmlNode node, FaultList faults)
{
    // 65535 is reserved at every level (OMA-TS-LightweightM2M_Core, 7.4): it means "none" in an object link.
    private const ushort MaxId = 65534;

    private static readonly string[] s_objectElements =
    [
        "Name", "Description1", "ObjectID", "ObjectURN", "LWM2MVersion", "ObjectVersion", "MultipleInstances", "Mandatory", "Resources",
        "Description2",
    ];

    private static readonly string[] s_itemElements =
        ["Name", "Operations", "MultipleInstances", "Mandatory", "Type", "RangeEnumeration", "Units", "Description"];

    private readonly Dictionary<ushort, TextSpan> _resourceSpans = [];
    private readonly ChildElements _children = new(node, s_objectElements);

    public TextSpan NameSpan { get; private set; }

    public TextSpan IdSpan { get; private set; }

    public TextSpan ResourceSpan(ushort id) => _resourceSpans[id];

    public ObjectDefinition? Read(CancellationToken cancel)
    {
        if (ReadObjectId() is not { } id)
        {
            return null;
        }

        var subject = new Subject(id);
        _children.Report(subject, faults);
        XmlNode? nameNode = _children["Name"];
        string name = ReadName(nameNode, node, subject);
        NameSpan = nameNode?.ValueSpan ?? node.NameSpan;
        ObjectVersion version = ReadVersion(subject);
        CheckLwm2mVersion(subject);

        return new ObjectDefinition(
            id,
            name,
            version,
            ReadUrn(id, version, subject),
            _children["Description1"]?.Text ?? "",
            ReadFlag(node, _children, "MultipleInstances", "Multiple", "Single", subject),
            ReadFlag(node, _children, "Mandatory", "Mandatory", "Optional", subject),
            new(ReadResources(id, cancel)));
    }

    private ushort? ReadObjectId()
    {
        XmlNode? child = _children["ObjectID"];
        string text = child?.Text ?? "";
        if (text.Length == 0)
        {
            faults.Add(Descriptors.ObjectIdMissing, (child ?? node).NameSpan);
            return null;
        }

        IdSpan = child!.Value.ValueSpan;
        if (TryId(text, out ushort id))
        {
            return id;
        }

        faults.Add(Descriptors.ObjectIdInvalid, IdSpan, text);
        return null;
    }

    private ObjectVersion ReadVersion(Subject subject)
    {
        if (_children["ObjectVersion"] is { Text.Length: > 0 } child)
        {
            return ReadVersion(child, subject);
        }

        faults.Add(Descriptors.VersionMissing, (_children["ObjectVersion"] ?? node).NameSpan, subject);
        return ObjectVersion.Default;
    }

    // The version of LwM2M that the object needs is nothing that the code depends on; a definition that gets it wrong is told all the same.
    private void CheckLwm2mVersion(Subject subject)
    {
        if (_children["LWM2MVersion"] is { Text.Length: > 0 } child)
        {
            ReadVersion(child, subject);
        }
    }

    private ObjectVersion ReadVersion(XmlNode child, Subject subject)
    {
        if (!ObjectVersion.TryParse(child.Text, out ObjectVersion version))
        {
            faults.Add(Descriptors.VersionInvalid, child.ValueSpan, subject, child.Name, child.Text);
        }

        return version;
    }

    private string ReadUrn(ushort id, ObjectVersion version, Subject subject)
    {
        string expected = ObjectUrn.Of(id, version);
        if (_children["ObjectURN"] is not { Text.Length: > 0 } child)
        {
            return expected;
        }

        if (!ObjectUrn.IsOf(child.Text, id, version))
        {
            faults.Add(Descriptors.UrnContradicts, child.ValueSpan, subject, child.Text, expected);
        }

        return child.Text;
    }

    private ResourceDefinition[] ReadResources(ushort objectId, CancellationToken cancel)
    {
        var resources = new List<ResourceDefinition>();
        if (_children["Resources"] is { } list)
        {
            foreach (XmlNode item in list.Children)
            {
                cancel.ThrowIfCancellationRequested();
                if (item.Is("Item") && ReadResourceId(item, objectId) is { } id && ReadResource(item, objectId, id) is { } resource)
                {
                    resources.Add(resource);
                }
            }
        }

        resources.Sort(static (one, other) => one.Id.CompareTo(other.Id));
        return [.. resources];
    }

    private ushort? ReadResourceId(XmlNode item, ushort objectId)
    {
        XmlNode? attribute = item.Attribute("ID");
        TextSpan span = attribute?.ValueSpan ?? item.NameSpan;
        if (!TryId(attribute?.Text ?? "", out ushort id))
        {
            faults.Add(Descriptors.ResourceIdInvalid, span, attribute?.Text ?? "", Text(objectId));
            return null;
        }

        if (_resourceSpans.ContainsKey(id))
        {
            faults.Add(Descriptors.ResourceIdRepeated, span, Text(id), Text(objectId));
            return null;
        }

        _resourceSpans.Add(id, span);
        return id;
    }

    private ResourceDefinition? ReadResource(XmlNode item, ushort objectId, ushort id)
    {
        var subject = new Subject(objectId, id);
        var children = new ChildElements(item, s_itemElements);
        children.Report(subject, faults);
        XmlNode? nameNode = children["Name"];
        string name = ReadName(nameNode, item, subject);
        if (nameNode is not null)
        {
            _resourceSpans[id] = nameNode.Value.ValueSpan;
        }

        bool isSound = TryOperations(item, children["Operations"], subject, out ResourceOperations operations);
        isSound &= TryKind(item, children["Type"], subject, operations, out ResourceKind kind);
        if (!isSound)
        {
            return null;
        }

        XmlNode? rangeNode = children["RangeEnumeration"];
        string rangeText = rangeNode?.Text ?? "";
        EquatableArray<NamedValue> enumeration = EnumerationParser.Parse(rangeText, kind);
        ValueRange? range = null;
        if (rangeText.Length > 0 && enumeration.Count == 0 && !RangeParser.TryParse(rangeText, kind, out range))
        {
            faults.Add(Descriptors.RangeUnread, rangeNode!.Value.ValueSpan, subject, rangeText);
        }

        return new ResourceDefinition(
            id,
            name,
            MemberNames.Wish(id, name),
            kind,
            operations,
            ReadFlag(item, children, "MultipleInstances", "Multiple", "Single", subject),
            ReadFlag(item, children, "Mandatory", "Mandatory", "Optional", subject),
            ReadUnit(children["Units"], subject),
            range,
            enumeration,
            rangeText,
            children["Description"]?.Text ?? "");
    }

    private bool TryOperations(XmlNode item, XmlNode? child, Subject subject, out ResourceOperations operations)
    {
        if (child is null)
        {
            faults.Add(Descriptors.ElementMissing, item.NameSpan, subject, "Operations", "empty: only a Bootstrap-Server writes it");
        }

        if (RegistryWords.TryOperations(child?.Text ?? "", out operations))
        {
            return true;
        }

        faults.Add(Descriptors.OperationsUnknown, child!.Value.ValueSpan, subject, child.Value.Text);
        return false;
    }

    private bool TryKind(XmlNode item, XmlNode? child, Subject subject, ResourceOperations operations, out ResourceKind kind)
    {
        string text = child?.Text ?? "";
        bool isKnown = RegistryWords.TryKind(text, out kind);
        if (operations == ResourceOperations.Execute)
        {
            // Some registered actions name a type; an action has no value, so it has none.
            kind = ResourceKind.None;
            return true;
        }

        if (isKnown && kind == ResourceKind.None)
        {
            // Some registered resources can be read and have no type; a text is what can be made of most.
            faults.Add(Descriptors.TypeMissing, (child ?? item).NameSpan, subject);
            kind = ResourceKind.String;
        }

        if (isKnown)
        {
            return true;
        }

        faults.Add(Descriptors.TypeUnknown, child!.Value.ValueSpan, subject, text);
        return false;
    }

    private string ReadUnit(XmlNode? child, Subject subject)
    {
        string symbol = child?.Text ?? "";
        if (symbol.Length > 0 && !SenMLUnits.TryFind(symbol, out _))
        {
            string hint = SenMLUnits.Suggest(symbol) is { } meant ? $"; write {meant} if that is meant" : "; look for its symbol there";
            faults.Add(Descriptors.UnitUnknown, child!.Value.ValueSpan, subject, symbol, hint);
        }

        return symbol;
    }

    private string ReadName(XmlNode? child, XmlNode parent, Subject subject)
    {
        string name = child?.Text ?? "";
        if (name.Length == 0)
        {
            faults.Add(Descriptors.NameMissing, (child ?? parent).NameSpan, subject);
        }

        return name;
    }

    private bool ReadFlag(XmlNode parent, ChildElements children, string element, string yes, string no, Subject subject)
    {
        XmlNode? child = children[element];
        if (child is null)
        {
            faults.Add(Descriptors.ElementMissing, parent.NameSpan, subject, element, no);
        }

        if (!RegistryWords.TryFlag(child?.Text ?? "", yes, no, out bool value))
        {
            faults.Add(Descriptors.FlagUnknown, child!.Value.ValueSpan, subject, element, child.Value.Text, yes, no);
        }

        return value;
    }

    private static bool TryId(string text, out ushort id) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id <= MaxId;

    private static string Text(ushort id) => id.ToString(CultureInfo.InvariantCulture);
}
