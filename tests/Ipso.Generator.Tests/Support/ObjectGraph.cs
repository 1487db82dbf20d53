using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace Ipso.Generator.Tests.Support;

/// <summary>Walks all that values hold, fields of base classes and elements of collections included; what it has seen it passes by.</summary>
internal sealed class ObjectGraph
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> s_fields = [];

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);

    public void AssertFreeOf(object? root, string name, Type[] banned)
    {
        var open = new Stack<(object? Value, string Path)>([(root, name)]);
        while (open.TryPop(out var item))
        {
            if (item.Value is not { } value
                || value is string
                || value.GetType() is { IsPrimitive: true } or { IsEnum: true }
                || !_seen.Add(value))
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

            foreach (FieldInfo field in s_fields.GetOrAdd(value.GetType(), FieldsOf))
            {
                open.Push((field.GetValue(value), $"{item.Path}.{field.Name}"));
            }
        }
    }

    private static FieldInfo[] FieldsOf(Type type)
    {
        var fields = new List<FieldInfo>();
        for (Type? level = type; level is not null; level = level.BaseType)
        {
            // Numbers and texts lead nowhere.
            fields.AddRange(level.GetFields(Fields).Where(field => !field.FieldType.IsPrimitive && field.FieldType != typeof(string)));
        }

        return [.. fields];
    }
}
