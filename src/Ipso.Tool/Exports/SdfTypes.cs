using Ipso.Generator.Registry;

namespace Ipso.Tool.Exports;

/// <summary>LwM2M's types in SDF, and back as far as SDF tells them apart.</summary>
internal static class SdfTypes
{
    private const string Bytes = "byte-string";
    private const string Time = "unix-time";

    /// <summary>The type and sdfType of a type of LwM2M (RFC 9880, 4.7).</summary>
    public static (string Type, string? SdfType) Of(ResourceKind kind) => kind switch
    {
        ResourceKind.Integer or ResourceKind.UnsignedInteger => ("integer", null),
        ResourceKind.Float => ("number", null),
        ResourceKind.Boolean => ("boolean", null),
        ResourceKind.Opaque => ("string", Bytes),
        ResourceKind.Time => ("number", Time),
        _ => ("string", null),
    };

    /// <summary>The registry's word for a type of SDF; null where LwM2M has none.</summary>
    public static string? Word(string? type, string? sdfType) => (type, sdfType) switch
    {
        (_, Bytes) => "Opaque",
        (_, Time) => "Time",
        ("integer", null) => "Integer",
        ("number", null) => "Float",
        ("boolean", null) => "Boolean",
        ("string", null) => "String",
        _ => null,
    };
}
