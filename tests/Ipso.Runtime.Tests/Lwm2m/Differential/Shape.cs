using System.Reflection;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>
/// A generated class by its public surface alone: its properties, found by the names of their ids. So what is compared is what a program
/// sees, not what a codec makes of it.
/// </summary>
internal sealed class Shape
{
    private readonly Func<ObjectInstance> _create;
    private readonly Dictionary<ushort, PropertyInfo> _properties;

    private Shape(Type type, ObjectInfo definition, Func<ObjectInstance> create)
    {
        Definition = definition;
        _create = create;
        _properties = type.GetNestedType("ResourceIds")!.GetFields().ToDictionary(
            field => (ushort)field.GetRawConstantValue()!, field => type.GetProperty(field.Name)!);
        Resources = [.. definition.Resources.ToArray().Where(resource => resource.Type != ResourceType.None)];
    }

    /// <summary>
    /// Objects of every type, with ranges and rights, with more resources than a word has bits, and some of the registry's. None that
    /// changes one resource when another is set.
    /// </summary>
    internal static Shape[] All { get; } =
        [Of<AllTypes>(), Of<Rules>(), Of<Wide>(), Of<Limits>(), Of<Device>(), Of<FirmwareUpdate>(), Of<Location>(), Of<LwM2MServer>()];

    internal ObjectInfo Definition { get; }

    /// <summary>The resources that have values.</summary>
    internal IReadOnlyList<ResourceInfo> Resources { get; }

    internal static Shape Of<T>()
        where T : ObjectInstance, ILwm2mObject<T> => new(typeof(T), T.Info, T.Create);

    internal ResourceInfo this[ushort resource] => Resources.Single(r => r.Id == resource);

    /// <summary>An object that has these values and no others.</summary>
    internal ObjectInstance Make(IEnumerable<Entry> entries)
    {
        ObjectInstance instance = _create();
        foreach (Entry entry in entries)
        {
            PropertyInfo property = _properties[entry.Path.ResourceId];
            if (entry.Path.Depth == 3)
            {
                property.SetValue(instance, Native(entry.Value, property.PropertyType));
            }
            else
            {
                object values = property.GetValue(instance)!;
                PropertyInfo indexer = values.GetType().GetProperty("Item")!;
                indexer.SetValue(values, Native(entry.Value, indexer.PropertyType), [entry.Path.ResourceInstanceId]);
            }
        }

        return instance;
    }

    /// <summary>The values of an object, by its properties, as if it were on a path.</summary>
    internal List<Entry> ValuesOf(ObjectInstance instance, Lwm2mPath path)
    {
        List<Entry> entries = [];
        foreach (ResourceInfo resource in Resources)
        {
            Lwm2mPath own = path.Append(resource.Id);
            object? value = _properties[resource.Id].GetValue(instance);
            if (!resource.IsMultiple)
            {
                // A mandatory one that is not there has a value all the same.
                if (value is not null && instance.IsPresent(Definition.IndexOf(resource.Id)))
                {
                    entries.Add(new(own, Neutral(value)));
                }

                continue;
            }

            PropertyInfo indexer = value!.GetType().GetProperty("Item")!;
            var ids = (ReadOnlyMemory<ushort>)value.GetType().GetProperty("Ids")!.GetValue(value)!;
            entries.AddRange(ids.ToArray().Select(id => new Entry(own.Append(id), Neutral(indexer.GetValue(value, [id])!))));
        }

        return entries;
    }

    private static object Native(object value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? Enum.ToObject(type, value) : value is byte[] data ? new ReadOnlyMemory<byte>(data) : value;
    }

    private static object Neutral(object value) => value switch
    {
        Enum named => Convert.ChangeType(named, Enum.GetUnderlyingType(named.GetType()), null),
        ReadOnlyMemory<byte> data => data.ToArray(),
        _ => value,
    };
}
