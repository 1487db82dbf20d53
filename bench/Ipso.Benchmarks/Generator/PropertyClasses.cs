using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ipso.Benchmarks.Generator;

/// <summary>
/// What somebody writes by hand who only wants to hold the values: for each object a class, for each resource a property that implements
/// itself, and on both the registry's description. Made of the generated sources, so that both sides have the same names.
/// </summary>
internal static class PropertyClasses
{
    internal static string Of(SyntaxTree generated)
    {
        ClassDeclarationSyntax type = generated.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().First();
        ClassDeclarationSyntax ids = type.Members.OfType<ClassDeclarationSyntax>()
            .First(static member => member.Identifier.Text == "ResourceIds");
        HashSet<string> resources =
            [.. ids.Members.OfType<FieldDeclarationSyntax>().Select(static field => field.Declaration.Variables[0].Identifier.Text)];

        StringBuilder code = new();
        code.Append("#nullable enable\n\nnamespace Plain;\n\n");
        code.Append(Summary(type)).Append($"public sealed class {type.Identifier.Text}\n{{\n");
        foreach (PropertyDeclarationSyntax property in type.Members.OfType<PropertyDeclarationSyntax>())
        {
            if (resources.Contains(property.Identifier.Text))
            {
                code.Append(Summary(property)).Append($"    {Declaration(property)}\n\n");
            }
        }

        return code.Append("}\n").ToString();
    }

    private static string Declaration(PropertyDeclarationSyntax property)
    {
        bool isRequired = property.Modifiers.Any(SyntaxKind.RequiredKeyword);
        string type = WithoutNames(property)
            .Replace("IpsoModel::ExecuteHandler", "global::System.Action", StringComparison.Ordinal)
            .Replace("global::System.ReadOnlyMemory<byte>", "byte[]", StringComparison.Ordinal);
        string initial = "";
        if (type.StartsWith("IpsoModel::ResourceInstances<", StringComparison.Ordinal))
        {
            type = type[(type.IndexOf('<', StringComparison.Ordinal) + 1)..^1] + "[]";
            initial = isRequired ? "" : " = [];";
        }

        return $"public {(isRequired ? "required " : "")}{type} {property.Identifier.Text} {{ get; set; }}{initial}";
    }

    // Whoever writes by hand leaves the named values numbers.
    private static string WithoutNames(PropertyDeclarationSyntax property)
    {
        string type = property.Type.ToString();
        foreach (EnumDeclarationSyntax names in property.Parent!.DescendantNodes().OfType<EnumDeclarationSyntax>())
        {
            type = names.Identifier.Text == property.Identifier.Text
                ? type.Replace("Values." + names.Identifier.Text, names.BaseList!.Types[0].ToString(), StringComparison.Ordinal)
                : type;
        }

        return type;
    }

    // With the blanks before it, and the end of its last line.
    private static string Summary(MemberDeclarationSyntax member)
    {
        DocumentationCommentTriviaSyntax comment = member.GetLeadingTrivia()
            .Select(static trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>().First();
        XmlElementSyntax summary = comment.Content.OfType<XmlElementSyntax>()
            .First(static element => element.StartTag.Name.ToString() == "summary");
        string indentation = member.Parent is ClassDeclarationSyntax ? "    " : "";
        return $"{indentation}/// {summary.ToString().Trim()}\n";
    }
}
