namespace Ipso.Lwm2m.Model;

/// <summary>What is asked of a resource for each record that is read.</summary>
[Flags]
internal enum ResourceTraits : byte
{
    None = 0,
    Writable = 1,
    Multiple = 2,
}

/// <summary>A resource, as what is read comes to it: short, so that all of an object are together in the processor's cache.</summary>
/// <param name="resource">The resource.</param>
internal readonly struct ResourceField(ResourceInfo resource)
{
    internal readonly ushort Id = resource.Id;

    private readonly byte _type = (byte)resource.Type;
    private readonly ResourceTraits _traits =
        (resource.IsWritable ? ResourceTraits.Writable : 0) | (resource.IsMultiple ? ResourceTraits.Multiple : 0);

    internal ResourceType Type => (ResourceType)_type;

    /// <summary>Whether it has all of the traits.</summary>
    internal bool Has(ResourceTraits traits) => (_traits & traits) == traits;
}
