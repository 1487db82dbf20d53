using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Ipso.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Registry;

/// <summary>
/// Makes an <see cref="ObjectDefinition"/> of an Object element. A faulty resource is left out; the rest of the object lives.
/// </summary>
internal sealed class ObjectReader(XmlNode node, FaultList faults)
{
    // 65535 in an object link means "none" (OMA-TS-LightweightM2M_Core, appendix C), so no object can bear it.
    private const ushort MaxObjectId = 65534;

    private readonly Dictionary<ushort, TextSpan> _resourceSpans = [];

    public TextSpan NameSpan { get; private set; }

    public TextSpan IdSpan { get; private set; }

    public TextSpan ResourceSpan(ushort id) => _resourceSpans[id];

    public ObjectDefinition? Read(CancellationToken cancel)
    {
        if (ReadObjectId() is not { } id)
        {
            return null;
        }

        string subject = "Object " + Text(id);
        XmlNode? nameNode = Child(node, "Name");
        string name = ReadName(nameNode, node, subject);
        NameSpan = nameNode?.ValueSpan ?? node.NameSpan;
        ObjectVersion version = ReadVersion(id);
        string urn = Child(node, "ObjectURN")?.Text ?? "";

        return new ObjectDefinition(
            id,
            name,
            version,
            urn.Length > 0 ? urn : DefaultUrn(id, version),
            Child(node, "Description1")?.Text ?? "",
            ReadFlag(node, "MultipleInstances", "MULTIPLE", "SINGLE", subject),
            ReadFlag(node, "Mandatory", "MANDATORY", "OPTIONAL", subject),
            new(ReadResources(cancel).OrderBy(static resource => resource.Id)));
    }

    private ushort? ReadObjectId()
    {
        XmlNode? child = Child(node, "ObjectID");
        if (child is null || child.Text.Length == 0)
        {
            faults.Add(Descriptors.ObjectIdMissing, (child ?? node).NameSpan);
            return null;
        }

        IdSpan = child.ValueSpan;
        if (TryId(child.Text, out ushort id) && id <= MaxObjectId)
        {
            return id;
        }

        faults.Add(Descriptors.ObjectIdInvalid, IdSpan, child.Text);
        return null;
    }

    private ObjectVersion ReadVersion(ushort id)
    {
        XmlNode? child = Child(node, "ObjectVersion");
        string text = child?.Text ?? "";
        if (text.Length == 0)
        {
            faults.Add(Descriptors.VersionMissing, (child ?? node).NameSpan, Text(id));
        }
        else if (ObjectVersion.TryParse(text, out ObjectVersion version))
        {
            return version;
        }
        else
        {
            faults.Add(Descriptors.VersionInvalid, child!.ValueSpan, Text(id), text);
        }

        return ObjectVersion.Default;
    }

    private IEnumerable<ResourceDefinition> ReadResources(CancellationToken cancel)
    {
        if (Child(node, "Resources") is not { } list)
        {
            yield break;
        }

        foreach (XmlNode item in list.Children.Where(static child => child.Name == "Item"))
        {
            cancel.ThrowIfCancellationRequested();
            if (ReadResourceId(item) is { } id && ReadResource(item, id) is { } resource)
            {
                yield return resource;
            }
        }
    }

    private ushort? ReadResourceId(XmlNode item)
    {
        XmlNode? attribute = item.Attribute("ID");
        TextSpan span = attribute?.ValueSpan ?? item.NameSpan;
        if (!TryId(attribute?.Text ?? "", out ushort id))
        {
            faults.Add(Descriptors.ResourceIdInvalid, span, attribute?.Text ?? "");
            return null;
        }

        if (_resourceSpans.ContainsKey(id))
        {
            faults.Add(Descriptors.ResourceIdRepeated, span, Text(id));
            return null;
        }

        _resourceSpans.Add(id, span);
        return id;
    }

    private ResourceDefinition? ReadResource(XmlNode item, ushort id)
    {
        string subject = "Resource " + Text(id);
        XmlNode? nameNode = Child(item, "Name");
        string name = ReadName(nameNode, item, subject);
        if (nameNode is not null)
        {
            _resourceSpans[id] = nameNode.ValueSpan;
        }

        bool isSound = TryOperations(item, id, out ResourceOperations operations);
        isSound &= TryKind(item, id, operations, out ResourceKind kind);
        if (!isSound)
        {
            return null;
        }

        XmlNode? rangeNode = Child(item, "RangeEnumeration");
        string rangeText = rangeNode?.Text ?? "";
        NumericBounds? range = NumericBounds.TryParse(rangeText, kind);
        if (rangeText.Length > 0 && range is null)
        {
            faults.Add(Descriptors.RangeUnread, rangeNode!.ValueSpan, Text(id), rangeText);
        }

        return new ResourceDefinition(
            id,
            name,
            kind,
            operations,
            ReadFlag(item, "MultipleInstances", "MULTIPLE", "SINGLE", subject),
            ReadFlag(item, "Mandatory", "MANDATORY", "OPTIONAL", subject),
            Child(item, "Units")?.Text ?? "",
            range,
            rangeText,
            Child(item, "Description")?.Text ?? "");
    }

    private bool TryOperations(XmlNode item, ushort id, out ResourceOperations operations)
    {
        XmlNode? child = Child(item, "Operations");
        if (RegistryWords.TryOperations(child?.Text ?? "", out operations))
        {
            return true;
        }

        faults.Add(Descriptors.OperationsUnknown, child!.ValueSpan, Text(id), child.Text);
        return false;
    }

    private bool TryKind(XmlNode item, ushort id, ResourceOperations operations, out ResourceKind kind)
    {
        XmlNode? child = Child(item, "Type");
        string text = child?.Text ?? "";
        bool isKnown = RegistryWords.TryKind(text, out kind);
        if (operations == ResourceOperations.Execute)
        {
            // Some registered actions name a type; an action has no value, so it has none.
            kind = ResourceKind.None;
            return true;
        }

        if (isKnown && kind != ResourceKind.None)
        {
            return true;
        }

        faults.Add(Descriptors.TypeUnknown, child?.ValueSpan ?? item.NameSpan, Text(id), text);
        return false;
    }

    private string ReadName(XmlNode? child, XmlNode parent, string subject)
    {
        string name = child?.Text ?? "";
        if (name.Length == 0)
        {
            faults.Add(Descriptors.NameMissing, (child ?? parent).NameSpan, subject);
        }

        return name;
    }

    private bool ReadFlag(XmlNode parent, string element, string yes, string no, string subject)
    {
        XmlNode? child = Child(parent, element);
        if (!RegistryWords.TryFlag(child?.Text ?? "", yes, no, out bool value))
        {
            faults.Add(Descriptors.FlagUnknown, child!.ValueSpan, subject, element, child.Text, Word(yes), Word(no));
        }

        return value;
    }

    /// <summary>The first child of a name; a second one is a fault.</summary>
    private XmlNode? Child(XmlNode parent, string name)
    {
        XmlNode? found = null;
        foreach (XmlNode child in parent.Children)
        {
            if (child.Name != name)
            {
                continue;
            }

            if (found is not null)
            {
                faults.Add(Descriptors.ElementRepeated, child.NameSpan, name, parent.Name);
            }

            found ??= child;
        }

        return found;
    }

    private static bool TryId(string text, out ushort id) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static string Text(ushort id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Word(string upper) => upper.Substring(0, 1) + upper.Substring(1).ToLowerInvariant();

    // The ranges that OMNA gave to itself, to other organisations and to vendors.
    private static string DefaultUrn(ushort id, ObjectVersion version)
    {
        string owner = id switch
        {
            < 1024 => "oma",
            < 10241 => "ext",
            _ => "x",
        };
        string suffix = version == ObjectVersion.Default ? "" : ":" + version;
        return FormattableString.Invariant($"urn:oma:lwm2m:{owner}:{id}{suffix}");
    }
}
