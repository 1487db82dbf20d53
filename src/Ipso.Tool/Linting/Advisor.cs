using Ipso.Generator.Diagnostics;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;
using Ipso.Tool.Definitions;
using Microsoft.CodeAnalysis.Text;
using XmlException = System.Xml.XmlException;

namespace Ipso.Tool.Linting;

/// <summary>Gives advice on one file, at its places. What the generator says of it is not said again.</summary>
internal sealed class Advisor
{
    private const ushort FirstReservedObject = 1024;
    private const ushort FirstExternalObject = 2048;
    private const ushort LastBulkObject = 42768;
    private const ushort LastPrivateResource = 32768;

    private static readonly string[] s_types =
        ["", "String", "Integer", "Unsigned Integer", "Float", "Boolean", "Opaque", "Time", "Objlnk", "Corelnk"];

    private readonly FaultList _faults;
    private readonly string _fileName;

    private Advisor(string path, string text)
    {
        _faults = new FaultList(path, text);
        _fileName = Path.GetFileName(path);
    }

    /// <summary>All advice on a file.</summary>
    public static IReadOnlyList<DiagnosticInfo> Advise(DefinitionFile file)
    {
        // What defines no object is somebody else's, or broken: then the generator has said so.
        if (file.Parsed.Objects.Count == 0)
        {
            return [];
        }

        string text = SourceText.From(file.Content, file.Content.Length, System.Text.Encoding.UTF8).ToString();
        Advisor advisor = new(file.Path, text);
        using XmlTree tree = new(text);
        if (Read(tree, text))
        {
            foreach (XmlNode node in tree.Root.Children)
            {
                if (node.Is("Object") && Child(node, "ObjectID") is { } id && ushort.TryParse(id.Text, out ushort number))
                {
                    advisor.AdviseObject(node, id, number);
                }
            }
        }

        return advisor._faults.Items;
    }

    private static bool Read(XmlTree tree, string text)
    {
        if (XmlScanner.TryRead(tree, 0, RegistryReader.Root, CancellationToken.None))
        {
            return true;
        }

        tree.Clear();
        try
        {
            return XmlParser.Read(tree, 0, RegistryReader.Root, LineMap.OfXml(text, 0), CancellationToken.None);
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private void AdviseObject(XmlNode node, XmlNode id, ushort number)
    {
        Subject subject = new(number);
        bool isHistory = _fileName.StartsWith($"{number}-", StringComparison.Ordinal);
        if (!isHistory && !string.Equals(_fileName, $"{number}.xml", StringComparison.OrdinalIgnoreCase))
        {
            _faults.Add(AdviceRules.FileName, id.ValueSpan, Identifier.Number(number), _fileName);
        }

        if (number is (>= FirstReservedObject and < FirstExternalObject) or > LastBulkObject)
        {
            _faults.Add(AdviceRules.IdUnassigned, id.ValueSpan, subject);
        }

        AdviseDescription(node, "Description1", subject);
        AdviseFlags(node, subject);
        if (Child(node, "Resources") is { } resources)
        {
            foreach (XmlNode item in resources.Children)
            {
                if (item.Is("Item") && item.Attribute("ID") is { } attribute && ushort.TryParse(attribute.Text, out ushort resource))
                {
                    AdviseResource(item, attribute, new Subject(number, resource), resource);
                }
            }
        }
    }

    private void AdviseResource(XmlNode item, XmlNode id, Subject subject, ushort number)
    {
        if (number > LastPrivateResource)
        {
            _faults.Add(AdviceRules.IdUnassigned, id.ValueSpan, subject);
        }

        AdviseDescription(item, "Description", subject);
        AdviseFlags(item, subject);
        XmlNode? operations = Child(item, "Operations");
        if (RegistryWords.TryOperations(operations?.Text ?? "", out ResourceOperations read))
        {
            AdviseSpelling(operations, subject, ResourceView.OperationsOf(read));
        }

        if (read == ResourceOperations.Execute)
        {
            foreach (string element in (ReadOnlySpan<string>)["Type", "RangeEnumeration", "Units"])
            {
                if (Child(item, element) is { Text.Length: > 0 } child)
                {
                    _faults.Add(AdviceRules.ActionWithValue, child.ValueSpan, subject, element, child.Text);
                }
            }
        }
        else if (Child(item, "Type") is { } type && RegistryWords.TryKind(type.Text, out ResourceKind kind) && !s_types.Contains(type.Text))
        {
            AdviseSpelling(type, subject, kind == ResourceKind.None ? "" : kind.Word());
        }
    }

    private void AdviseDescription(XmlNode node, string element, Subject subject)
    {
        if (Child(node, element) is not { Text.Length: > 0 })
        {
            _faults.Add(AdviceRules.DescriptionMissing, (Child(node, element) ?? node).NameSpan, subject);
        }
    }

    private void AdviseFlags(XmlNode node, Subject subject)
    {
        AdviseFlag("MultipleInstances", "Multiple", "Single");
        AdviseFlag("Mandatory", "Mandatory", "Optional");

        void AdviseFlag(string element, string yes, string no)
        {
            if (Child(node, element) is { Text.Length: > 0 } child && RegistryWords.TryFlag(child.Text, yes, no, out bool value))
            {
                AdviseSpelling(child, subject, value ? yes : no);
            }
        }
    }

    private void AdviseSpelling(XmlNode? child, Subject subject, string word)
    {
        if (child is { Text: { Length: > 0 } text } && text != word)
        {
            _faults.Add(AdviceRules.Spelling, child.Value.ValueSpan, subject, child.Value.Name, text, word);
        }
    }

    private static XmlNode? Child(XmlNode node, string name)
    {
        foreach (XmlNode child in node.Children)
        {
            if (child.Is(name))
            {
                return child;
            }
        }

        return null;
    }
}
