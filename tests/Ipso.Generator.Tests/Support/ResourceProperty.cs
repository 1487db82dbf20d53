using System.Reflection;
using System.Runtime.InteropServices;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Generator.Tests.Support;

/// <summary>
/// The property of a resource with a value, by reflection. Values are seen as a map by Resource Instance id, where a single resource has
/// the one id <see cref="Single"/> and an absent one is an empty map.
/// </summary>
internal sealed class ResourceProperty
{
    public const int Single = -1;

    private readonly PropertyInfo _property;
    private readonly Type _type;
    private readonly PropertyInfo? _indexer;

    private ResourceProperty(PropertyInfo property, ResourceInfo info)
    {
        _property = property;
        Info = info;
        if (info.IsMultiple)
        {
            Assert.Equal(typeof(ResourceInstances<>), property.PropertyType.GetGenericTypeDefinition());
            _type = property.PropertyType.GetGenericArguments()[0];
            _indexer = property.PropertyType.GetProperty("Item")!;
        }
        else
        {
            _type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        }
    }

    public ResourceInfo Info { get; }

    /// <summary>The resources of an object that have a value. Which property is which resource's, the class says in its ids.</summary>
    public static ResourceProperty[] Of(Type type, ObjectInfo info)
    {
        var names = type.GetNestedType("ResourceIds")!.GetFields()
            .ToDictionary(field => (ushort)field.GetRawConstantValue()!, field => field.Name);
        Assert.Equal(info.Resources.ToArray().Select(resource => resource.Id), names.Keys.Order());
        return
        [
            .. from resource in info.Resources.ToArray()
               where resource.Type != ResourceType.None
               select new ResourceProperty(type.GetProperty(names[resource.Id])!, resource),
        ];
    }

    /// <summary>Holds the field against what the runtime takes for granted: where it is, and that it is what the type says.</summary>
    public void AssertSlot()
    {
        FieldInfo field = _property.DeclaringType!.GetNestedType("Fields", BindingFlags.NonPublic)!.GetField(_property.Name)!;
        int place = ((ObjectInfo)_property.DeclaringType.GetProperty("Info")!.GetValue(null)!).IndexOf(Info.Id);
        Type stored = Info.Type switch
        {
            _ when Info.IsMultiple => _property.PropertyType,
            ResourceType.String => typeof(string),
            ResourceType.Integer or ResourceType.Time => typeof(long),
            ResourceType.UnsignedInteger => typeof(ulong),
            ResourceType.Float => typeof(double),
            ResourceType.Boolean => typeof(bool),
            ResourceType.Opaque => typeof(byte[]),
            ResourceType.ObjectLink => typeof(ObjectLink),
            _ => typeof(CoreLink),
        };
        Assert.Equal((Info.Id, 8 * place, stored), (Info.Id, field.GetCustomAttribute<FieldOffsetAttribute>()!.Value, field.FieldType));
    }

    /// <summary>Sets the resource to a random value, or gives it some instances.</summary>
    public void Fill(ObjectInstance instance, ValuesInRange values)
    {
        if (_indexer is null)
        {
            _property.SetValue(instance, values.Next(_type, Info));
            return;
        }

        foreach (ushort id in values.InstanceIds())
        {
            _indexer.SetValue(_property.GetValue(instance), values.Next(_type, Info), [id]);
        }
    }

    /// <summary>Removes a single resource, which has to be an optional one.</summary>
    public void Clear(ObjectInstance instance) => _property.SetValue(instance, null);

    /// <summary>The values in a form that compares by content, the same for two classes of one object.</summary>
    public SortedDictionary<int, object> Values(ObjectInstance instance)
    {
        var values = new SortedDictionary<int, object>();
        object? value = _property.GetValue(instance);
        if (_indexer is not null)
        {
            var ids = (ReadOnlyMemory<ushort>)_property.PropertyType.GetProperty("Ids")!.GetValue(value)!;
            foreach (ushort id in ids.ToArray())
            {
                values.Add(id, Content(_indexer.GetValue(value, [id])!));
            }
        }
        else if (value is not null)
        {
            values.Add(Single, Content(value));
        }

        return values;
    }

    private object Content(object value) => value switch
    {
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        Enum => Convert.ChangeType(value, Enum.GetUnderlyingType(_type), provider: null),
        _ => value,
    };
}
