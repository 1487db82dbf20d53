namespace Ipso.Lwm2m.Model;

/// <summary>An object that the device knows whether or not it has an instance of it, and what servers may do to its instances.</summary>
/// <param name="factory">Makes instances.</param>
internal sealed class AllowedObject(InstanceFactory factory)
{
    /// <summary>Makes instances.</summary>
    internal InstanceFactory Factory { get; } = factory;

    /// <summary>What the registry says of the object.</summary>
    internal ObjectInfo Definition => Factory.Definition;

    /// <summary>How many instances there may be for a server to make one more; 0 where servers neither make nor delete any.</summary>
    internal int MaxInstances { get; init; }

    /// <summary>Fills in an instance that a server makes, or refuses it.</summary>
    internal Func<ObjectInstance, bool>? Creating { get; init; }

    /// <summary>Lets an instance go, or refuses to.</summary>
    internal Func<ObjectInstance, bool>? Deleting { get; init; }
}
