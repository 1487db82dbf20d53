using System.Runtime.CompilerServices;
using Ipso.Coap;

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

    /// <inheritdoc cref="InstanceCreation.TryCreate"/>
    // Of an instance and not inlined: a native program that allows no object has nothing that makes instances.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool TryCreate(
        ObjectTree objects, ContentFormat? format, ReadOnlySpan<byte> payload, out ObjectInstance[] created, out bool isIdChosen,
        out PayloadError error) => InstanceCreation.TryCreate(objects, this, format, payload, out created, out isIdChosen, out error);

    /// <summary>Fills in an instance that a server makes, or refuses it.</summary>
    internal Func<ObjectInstance, bool>? Creating { get; init; }

    /// <summary>Lets an instance go, or refuses to.</summary>
    internal Func<ObjectInstance, bool>? Deleting { get; init; }
}
