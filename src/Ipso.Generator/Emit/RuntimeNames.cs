namespace Ipso.Generator.Emit;

/// <summary>
/// The one place that spells what Ipso.Runtime calls its types and members. The generator cannot reference the runtime (it runs
/// in the compiler), so a test proves that each name resolves.
/// </summary>
internal static class RuntimeNames
{
    /// <summary>The namespace that a source speaks of most. An alias with "::" means nothing else, whatever the user imports.</summary>
    public const string ModelAlias = "using IpsoModel = global::Ipso.Lwm2m.Model;";

    /// <summary>The same for a source that is about devices, as a server has them: the types of Ipso.Server.</summary>
    public const string RemoteAlias = "using IpsoRemote = global::Ipso.Server.Remote;";

    public const string RemoteObject = "IpsoRemote::RemoteObject";
    public const string ExecutableResource = "IpsoRemote::ExecutableResource";
    public const string ReadableResource = "IpsoRemote::ReadableResource";
    public const string WritableResource = "IpsoRemote::WritableResource";
    public const string ReadWriteResource = "IpsoRemote::ReadWriteResource";
    public const string ReadableResources = "IpsoRemote::ReadableResources";
    public const string WritableResources = "IpsoRemote::WritableResources";
    public const string ReadWriteResources = "IpsoRemote::ReadWriteResources";

    public const string ObjectLink = "global::Ipso.Lwm2m.ObjectLink";
    public const string CoreLink = "global::Ipso.Lwm2m.CoreLink";

    public const string ObjectInstance = "IpsoModel::ObjectInstance";
    public const string ILwm2mObject = "IpsoModel::ILwm2mObject";
    public const string ObjectInfo = "IpsoModel::ObjectInfo";
    public const string ResourceInfo = "IpsoModel::ResourceInfo";
    public const string ResourceType = "IpsoModel::ResourceType";
    public const string Operations = "IpsoModel::Operations";
    public const string NumericRange = "IpsoModel::NumericRange";
    public const string LengthRange = "IpsoModel::LengthRange";
    public const string WordRange = "IpsoModel::WordRange";
    public const string SenMLUnit = "IpsoModel::SenMLUnit";
    public const string ResourceInstances = "IpsoModel::ResourceInstances";
    public const string ExecuteHandler = "IpsoModel::ExecuteHandler";
    public const string FromWire = "IpsoModel::FromWire";

    public const string ResourceWriter = "IpsoModel::ResourceWriter";

    // Methods of ResourceWriter, one per type of resource.
    public const string StringMethod = "String";
    public const string IntegerMethod = "Integer";
    public const string UnsignedMethod = "Unsigned";
    public const string FloatMethod = "Float";
    public const string BooleanMethod = "Boolean";
    public const string OpaqueMethod = "Opaque";
    public const string TimeMethod = "Time";
    public const string ObjectLinkMethod = "ObjectLink";
    public const string CoreLinkMethod = "CoreLink";

    // ResourceInfo.
    public const string IsMandatory = "IsMandatory";
    public const string IsMultiple = "IsMultiple";
    public const string Unit = "Unit";
    public const string Range = "Range";

    // SenMLUnit.
    public const string IsRegistered = "IsRegistered";

    // ObjectInstance.
    public const string Definition = "Definition";
    public const string WriteTo = "WriteTo";
    public const string WriteUnreadableTo = "WriteUnreadableTo";
    public const string FirstSlot = "FirstSlot";
    public const string SlotOf = "SlotOf";
    public const string InstancesOf = "InstancesOf";
    public const string FollowWritten = "FollowWritten";
    public const string HandlerOf = "HandlerOf";
    public const string Has = "Has";
    public const string Set = "Set";
    public const string Replace = "Replace";
    public const string Instances = "Instances";
    public const string ToTime = "ToTime";
    public const string BeginUpdate = "BeginUpdate";

    // What follows a measured value.
    public const string MeasureAnew = "MeasureAnew";
    public const string KeepExtremes = "KeepExtremes";
    public const string KeepMinimum = "KeepMinimum";
    public const string KeepMaximum = "KeepMaximum";
    public const string KeepTime = "KeepTime";

    // Generated types.
    public const string ObjectId = "ObjectId";
    public const string ResourceIds = "ResourceIds";
    public const string Values = "Values";
    public const string Keys = "Keys";
    public const string Fields = "Fields";
    public const string Info = "Info";
    public const string TimestampClock = "TimestampClock";
    public const string Create = "Create";

    /// <summary>
    /// Names that no resource may have on a device: members of RemoteObject, which would hide it. Those that no resource has anyway are left out.
    /// </summary>
    public static readonly string[] RemoteMembers =
    [
        "Client", "Path", "ToLink", "ReadAsync", "WriteAsync", "UpdateAsync", "DeleteAsync", "DiscoverAsync", "WriteAttributesAsync",
        "ObserveAsync",
    ];

    /// <summary>Names that no resource and no type may have: members of every generated type and all that it inherits.</summary>
    public static readonly string[] ReservedMembers =
    [
        "InstanceId", BeginUpdate, Definition, WriteTo, WriteUnreadableTo, FirstSlot, SlotOf, InstancesOf, FollowWritten, HandlerOf, Has, Set, Replace, Instances, ToTime,
        MeasureAnew, KeepExtremes, KeepMinimum, KeepMaximum, KeepTime, TimestampClock,
        "Equals", "GetHashCode", "ToString", "GetType", "MemberwiseClone", "Finalize", "ReferenceEquals",
        ObjectId, ResourceIds, Values, Keys, Fields, Info, Create,
    ];
}
