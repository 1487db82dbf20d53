namespace Ipso.SenML;

/// <summary>The fields of a record, as bits; CBOR labels are -6 to 8, shifted to 0 to 14 (RFC 8428, 6, table 4).</summary>
[Flags]
internal enum SenMLField
{
    None = 0,
    BaseSum = 1 << 0,
    BaseValue = 1 << 1,
    BaseUnit = 1 << 2,
    BaseTime = 1 << 3,
    BaseName = 1 << 4,
    BaseVersion = 1 << 5,
    Name = 1 << 6,
    Unit = 1 << 7,
    Value = 1 << 8,
    StringValue = 1 << 9,
    BooleanValue = 1 << 10,
    Sum = 1 << 11,
    Time = 1 << 12,
    UpdateTime = 1 << 13,
    DataValue = 1 << 14,
    ObjectLinkValue = 1 << 15,

    AnyText = BaseName | Name | BaseUnit | Unit | StringValue | ObjectLinkValue,
    AnyValue = Value | StringValue | BooleanValue | DataValue | ObjectLinkValue,
    AnyBase = BaseSum | BaseValue | BaseUnit | BaseTime | BaseName | BaseVersion,
}
