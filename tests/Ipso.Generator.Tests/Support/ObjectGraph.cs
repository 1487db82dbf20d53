using System.Collections;
using System.Reflection;

namespace Ipso.Generator.Tests.Support;

/// <summary>Walks all that a value holds, fields of base classes and elements of collections included.</summary>
internal static class ObjectGraph
{
    public static void AssertFreeOf(object? root, string name, Type[] banned)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<(object? Value, string Path)>([(root, name)]);
        while (open.TryPop(out var item))
        {
            if (item.Value is not { } value || value is string || value.GetType() is { IsPrimitive: true } or { IsEnum: true } || !seen.Add(value))
            {
                continue;
            }

            // By assignability: what is held is a CSharpCompilation, never a Compilation.
            Type? hit = banned.FirstOrDefault(type => type.IsInstanceOfType(value));
            Assert.True(hit is null, $"{item.Path} holds a {hit?.Name}.");

            if (value is IEnumerable elements)
            {
                foreach (object? element in elements)
                {
                    open.Push((element, item.Path + "[]"));
                }
            }

            // The framework's and the compiler's own values lead anywhere; the walk follows ours, and tuples.
            if (value.GetType().Assembly != typeof(IpsoGenerator).Assembly && value is not System.Runtime.CompilerServices.ITuple)
            {
                continue;
            }

            for (Type? type = value.GetType(); type is not null; type = type.BaseType)
            {
                foreach (FieldInfo member in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    open.Push((member.GetValue(value), $"{item.Path}.{member.Name}"));
                }
            }
        }
    }
}
