using System.IO;
using System.Threading;
using System.Xml;

namespace Ipso.Generator.Registry;

/// <summary>Reads any XML, by an <see cref="XmlReader"/>, which knows best what to say of XML that is none.</summary>
internal static class XmlParser
{
    /// <summary>Reads a text from a place on, to its end.</summary>
    /// <returns>Whether its root element bears the name; only then has it been read.</returns>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    public static bool Read(XmlTree tree, int start, string rootName, LineMap lines, CancellationToken cancel)
    {
        using var input = new StringReader(start == 0 ? tree.Source : tree.Source.Substring(start));
        using var reader = XmlReader.Create(input, RegistryReader.Settings);
        if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != rootName)
        {
            return false;
        }

        // To the end: what follows the root must be well-formed too.
        do
        {
            cancel.ThrowIfCancellationRequested();
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    ReadStartTag(reader, tree, lines);
                    break;

                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    tree.AddText(reader.Value, Here(reader, lines));
                    break;

                case XmlNodeType.EndElement:
                    tree.End();
                    break;
            }
        }
        while (reader.Read());
        return true;
    }

    private static void ReadStartTag(XmlReader reader, XmlTree tree, LineMap lines)
    {
        bool isEmpty = reader.IsEmptyElement;
        tree.Begin(XmlTree.Kind.Element, Here(reader, lines), reader.Name.Length, reader.LocalName);
        while (reader.MoveToNextAttribute())
        {
            tree.Begin(XmlTree.Kind.Attribute, Here(reader, lines), reader.Name.Length, reader.LocalName);
            while (reader.ReadAttributeValue())
            {
                tree.AddText(reader.Value, Here(reader, lines));
            }

            tree.End();
        }

        if (isEmpty)
        {
            tree.End();
        }
    }

    private static int Here(XmlReader reader, LineMap lines)
    {
        var position = (IXmlLineInfo)reader;
        return lines.Offset(position.LineNumber, position.LinePosition);
    }
}
