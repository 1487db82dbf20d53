using System.Collections.Generic;
using System.Linq;
using Ipso.Generator.Registry;

namespace Ipso.Generator.Naming;

/// <summary>The members' names of an enumeration. They depend on its labels alone.</summary>
internal static class ValueNames
{
    /// <summary>A name for each value, in order. Of those that share one the first keeps it, the others take in their value.</summary>
    public static string[] Of(IReadOnlyList<NamedValue> values)
    {
        var taken = new HashSet<string>();
        string[] names = new string[values.Count];
        for (int i = 0; i < names.Length; i++)
        {
            string number = values[i].Value.Replace("-", "Minus");
            string name = Identifier.Of(WithCase(values[i].Label));
            if (name.Length == 0)
            {
                name = "Value" + number;
            }

            while (!taken.Add(name))
            {
                name += "_" + number;
            }

            names[i] = name;
        }

        return names;
    }

    // DOUBLE-CLICK is DoubleClick. A label with small letters in it has the capitals that it wants: "LwM2M Server".
    private static string WithCase(string label) => label.Any(char.IsLower) ? label : label.ToLowerInvariant();
}
