using System.Text;
using System.Xml.Linq;
using Ipso.Generator.Naming;
using Ipso.Generator.Tests.Support;

namespace Ipso.Generator.Tests;

/// <summary>
/// The names by which a project may take an object are those of the definitions that the package has; <c>IPSO_ACCEPT=1</c> writes
/// them anew.
/// </summary>
public class CatalogTests
{
    private static readonly string s_path = Path.Combine(Repository.Root, "src/Ipso.Generator/build/Ipso.Catalog.props");

    [Fact]
    public void The_catalog_names_what_the_registry_has()
    {
        string expected = Expected();
        if (Environment.GetEnvironmentVariable("IPSO_ACCEPT") == "1")
        {
            File.WriteAllText(s_path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(s_path));
    }

    [Fact]
    public void A_name_stands_once_for_one_object_or_for_the_choice_of_several()
    {
        XElement[] items = [.. XDocument.Load(s_path).Descendants("_IpsoCatalog")];
        string[] names = [.. items.SelectMany(item => item.Attribute("Include")!.Value.Split(';'))];

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal("3300", Find("Generic Sensor;GenericSensor").Attribute("IpsoId")!.Value);
        Assert.Equal("6, 3336", Find("Location").Attribute("IpsoIds")!.Value);

        XElement Find(string include) => Assert.Single(items, item => item.Attribute("Include")!.Value == include);
    }

    private static string Expected()
    {
        // MSBuild compares items without regard to case.
        var owners = new SortedDictionary<string, SortedSet<int>>(StringComparer.OrdinalIgnoreCase);
        var files = Repository.Files(Repository.RegistryXml);
        foreach (XElement definition in files.SelectMany(file => XDocument.Parse(file.Content).Descendants("Object")))
        {
            int id = int.Parse(definition.Element("ObjectID")!.Value, System.Globalization.CultureInfo.InvariantCulture);
            string name = definition.Element("Name")!.Value;
            foreach (string way in new[] { name, Identifier.Of(name) })
            {
                owners[way] = owners.GetValueOrDefault(way) ?? [];
                owners[way].Add(id);
            }
        }

        var text = new StringBuilder("""
            <Project>

              <!-- Written by CatalogTests from registry-xml/: an object by its name as registered and as in C#. -->
              <ItemGroup>

            """);
        var lines =
            from owner in owners
            group owner.Key by string.Join(", ", owner.Value) into names
            let ids = names.Key
            orderby int.Parse(ids.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture)
            select new XElement(
                "_IpsoCatalog",
                new XAttribute("Include", string.Join(';', names)),
                new XAttribute(ids.Contains(',', StringComparison.Ordinal) ? "IpsoIds" : "IpsoId", ids));
        foreach (XElement line in lines)
        {
            text.Append("    ").Append(line).Append('\n');
        }

        return text.Append("  </ItemGroup>\n\n</Project>\n").ToString();
    }
}
