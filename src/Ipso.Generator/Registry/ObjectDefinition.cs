namespace Ipso.Generator.Registry;

/// <summary>What the registry says of one object in one version. Holds no place in a file: equal facts are equal values.</summary>
/// <param name="Id">The ObjectID.</param>
/// <param name="Name">The name as registered, blanks collapsed; empty if the file has none.</param>
/// <param name="Version">The object's version.</param>
/// <param name="Urn">The object's URN.</param>
/// <param name="Description">What the object is for, blanks collapsed.</param>
/// <param name="IsMultiple">Whether a device may hold several instances.</param>
/// <param name="IsMandatory">Whether every device must hold one.</param>
/// <param name="Resources">The resources, ascending by id.</param>
internal sealed record ObjectDefinition(
    ushort Id,
    string Name,
    ObjectVersion Version,
    string Urn,
    string Description,
    bool IsMultiple,
    bool IsMandatory,
    EquatableArray<ResourceDefinition> Resources);

/// <summary>What the registry says of one resource.</summary>
/// <param name="Id">The resource's id.</param>
/// <param name="Name">The name as registered, blanks collapsed; empty if the file has none.</param>
/// <param name="Identifier">The name in C# if no other member were in its way.</param>
/// <param name="Kind">The data type; none for executables.</param>
/// <param name="Operations">What a server may do with it.</param>
/// <param name="IsMultiple">Whether it has resource instances.</param>
/// <param name="IsMandatory">Whether every instance of the object must have it.</param>
/// <param name="Unit">The unit, or empty.</param>
/// <param name="Range">What limits the values, where the registry's text on ranges can be read and does.</param>
/// <param name="Enumeration">The values that the text names; none where it is no enumeration.</param>
/// <param name="RangeText">The registry's text on ranges, or empty.</param>
/// <param name="Description">What the resource means, blanks collapsed.</param>
internal sealed record ResourceDefinition(
    ushort Id,
    string Name,
    string Identifier,
    ResourceKind Kind,
    ResourceOperations Operations,
    bool IsMultiple,
    bool IsMandatory,
    string Unit,
    ValueRange? Range,
    EquatableArray<NamedValue> Enumeration,
    string RangeText,
    string Description)
{
    /// <summary>Whether the resource is an action and not a value.</summary>
    public bool IsExecutable => Operations == ResourceOperations.Execute;

    /// <summary>Whether a server may read it, so that it is ever written to the wire.</summary>
    public bool IsReadable => (Operations & ResourceOperations.Read) != 0;

    /// <summary>Whether a server may write it.</summary>
    public bool IsWritable => (Operations & ResourceOperations.Write) != 0;

    /// <summary>
    /// Whether the device's author must give the value when he creates the object. A write-only value comes from the server, so
    /// there is nothing to give even where the resource is mandatory.
    /// </summary>
    public bool IsRequired => IsMandatory && Operations != ResourceOperations.Write;
}
