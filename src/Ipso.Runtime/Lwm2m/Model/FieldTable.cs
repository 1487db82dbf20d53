namespace Ipso.Lwm2m.Model;

/// <summary>What is asked of a resource for each record that is read.</summary>
[Flags]
internal enum ResourceTraits : byte
{
    None = 0,
    Writable = 1,
    Multiple = 2,
    Action = 4,
}

/// <summary>A resource, as what is read comes to it.</summary>
internal struct ResourceField
{
    internal ushort Id;

    /// <summary>Where its field is (<see cref="ObjectInstance.PlaceOf"/>); 0 where the class has none for it.</summary>
    internal ushort Distance;

    internal ResourceType Type;
    internal ResourceTraits Traits;

    internal readonly bool IsAction => Has(ResourceTraits.Action);

    /// <summary>Whether it has all of the traits.</summary>
    internal readonly bool Has(ResourceTraits traits) => (Traits & traits) == traits;
}

/// <summary>The resources of a class, in the order of its definition, with the places of their fields.</summary>
internal sealed class FieldTable
{
    private readonly Type _class;

    private FieldTable(ObjectInstance instance)
    {
        _class = instance.GetType();
        ReadOnlySpan<ResourceInfo> resources = instance.Definition.Resources;
        All = new ResourceField[resources.Length];
        for (int i = 0; i < All.Length; i++)
        {
            ResourceInfo resource = resources[i];
            All[i] = new()
            {
                Id = resource.Id,
                Type = resource.Type,
                Traits = (resource.IsWritable ? ResourceTraits.Writable : 0) | (resource.IsMultiple ? ResourceTraits.Multiple : 0)
                    | (resource.IsExecutable ? ResourceTraits.Action : 0),
            };
        }

        instance.ShowFieldsTo(All, ResourceFields.None);
        for (int i = 0; i < Math.Min(All.Length, 64); i++)
        {
            FirstBits |= All[i].Distance != 0 ? 1UL << i : 0;
        }
    }

    /// <summary>The resources.</summary>
    internal ResourceField[] All { get; }

    /// <summary>Which of the first 64 have a field, by their places as bits.</summary>
    internal ulong FirstBits { get; }

    /// <summary>The table of an instance's class; made when the first instance is read.</summary>
    internal static FieldTable Of(ObjectInstance instance)
    {
        ObjectInfo definition = instance.Definition;
        // Nobody hinders two classes from having one definition.
        if (definition.Fields is not { } table || table._class != instance.GetType())
        {
            definition.Fields = table = new(instance);
        }

        return table;
    }
}
