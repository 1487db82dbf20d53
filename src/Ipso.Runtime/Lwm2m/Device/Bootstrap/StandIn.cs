using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Stands in a <see cref="StagedTree"/> for an Object Instance of the device whose values nobody reads there: it says that there is one.
/// </summary>
/// <param name="definition">What the registry says of the object.</param>
internal sealed class StandIn(ObjectInfo definition) : ObjectInstance(definition)
{
    /// <inheritdoc/>
    protected override void WriteTo(ref ResourceWriter w)
    {
    }
}
