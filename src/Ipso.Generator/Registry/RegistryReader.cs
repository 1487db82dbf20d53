using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Xml;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Naming;
using Ipso.Generator.Project;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Registry;

/// <summary>Reads one file. Whatever is wrong with it is said of it alone; the other files never suffer.</summary>
internal static class RegistryReader
{
    /// <summary>The root element of a file that defines objects.</summary>
    internal const string Root = "LWM2M";

    /// <summary>How a definition is read: no DTD, nothing fetched, and only what says something.</summary>
    internal static XmlReaderSettings Settings => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    // A file such as Common.xml lists resources for reuse and defines no object.
    private const string CommonResources = "CommonResources";

    public static ParsedFile Read(AdditionalText file, ItemOptions options, CancellationToken cancel)
    {
        try
        {
            return file.GetText(cancel) is { } source
                ? Read(file.Path, source.ToString(), options, cancel)
                : Nothing(DiagnosticInfo.Create(Descriptors.FileUnreadable, LocationInfo.StartOf(file.Path), "it is binary, or gone"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Nothing(DiagnosticInfo.Create(Descriptors.FileUnreadable, LocationInfo.StartOf(file.Path), Blanks.Collapse(e.Message)));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Nothing(DiagnosticInfo.InternalError(e, LocationInfo.StartOf(file.Path)));
        }
    }

    private static ParsedFile Nothing(params DiagnosticInfo[] faults) => new(default, default, new(faults));

    private static ParsedFile Read(string path, string text, ItemOptions options, CancellationToken cancel)
    {
        var faults = new FaultList(path, text);
        int start = text.Length > 0 && text[0] == '\uFEFF' ? 1 : 0;
        using var tree = new XmlTree(text);
        if (!XmlScanner.TryRead(tree, start, Root, cancel))
        {
            tree.Clear();
            var lines = LineMap.OfXml(text, start);
            try
            {
                if (!XmlParser.Read(tree, start, Root, lines, cancel))
                {
                    // Somebody else's file, unless the project says that it is ours.
                    return options.IsDeclared ? Fault(Descriptors.NoObject, default) : Nothing();
                }
            }
            catch (XmlException e)
            {
                // A broken one of somebody else's is theirs to report.
                return options.IsDeclared || text.IndexOf("<" + Root, StringComparison.Ordinal) >= 0
                    ? Fault(Descriptors.NotWellFormed, new TextSpan(lines.Offset(e.LineNumber, e.LinePosition), 0), Reason(e))
                    : Nothing();
            }
        }

        return ReadObjects(path, tree.Root, options, faults, cancel);

        ParsedFile Fault(DiagnosticDescriptor descriptor, TextSpan span, params string[] arguments)
        {
            faults.Add(descriptor, span, arguments);
            return new(default, default, faults.Items);
        }
    }

    private static ParsedFile ReadObjects(string path, XmlNode root, ItemOptions options, FaultList faults, CancellationToken cancel)
    {
        var objects = new List<SourceObject>();
        var claims = new List<NameClaim>();
        bool isEmpty = true;

        foreach (XmlNode node in root.Children)
        {
            if (!node.Is("Object") || node.Attribute("ObjectType")?.Text == CommonResources)
            {
                continue;
            }

            isEmpty = false;
            var reader = new ObjectReader(node, faults);
            if (reader.Read(cancel) is not { } definition)
            {
                continue;
            }

            var key = new ObjectKey(
                path, objects.Count, definition.Id, definition.Version, definition.Name, options.Common.Namespace, options.ClassName);
            string[] names = MemberNames.Of(definition, key.BaseName);
            var omitted = ResourceSelection.Omitted(definition, names, options.Resources, fault => faults.Add(fault, reader.NameSpan));
            objects.Add(new SourceObject(key, definition, options.Common, new(names), omitted));
            claims.Add(new NameClaim(key, faults.Place(reader.NameSpan), faults.Place(reader.IdSpan)));
            MemberNames.Report(definition, names, omitted, reader.ResourceSpan, faults);
        }

        if (isEmpty)
        {
            faults.Add(Descriptors.NoObject, root.NameSpan);
        }

        foreach (DiagnosticInfo fault in options.Faults)
        {
            faults.Add(fault, default);
        }

        return new(new(objects), new(claims), faults.Items);
    }

    // The reader's own "Line 3, position 5." would be said twice.
    private static string Reason(XmlException e)
    {
        int place = e.Message.LastIndexOf(" Line ", StringComparison.Ordinal);
        return Blanks.Collapse(place > 0 ? e.Message.Substring(0, place) : e.Message).TrimEnd('.');
    }
}
