using System.Globalization;
using System.Text.Json;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>
/// A value and where it lies: what an object has in a property, and what a payload says. The value is a long, ulong, double, bool, string, byte[],
/// DateTimeOffset, ObjectLink or CoreLink, as its resource is typed; or <see cref="Nothing"/>.
/// </summary>
internal sealed record Entry(Lwm2mPath Path, object Value)
{
    /// <summary>The value of a record that removes.</summary>
    internal static readonly object Nothing = "(nothing)";

    internal bool IsOfResource(Lwm2mPath path) => Path.ResourceId == path.ResourceId;

    // To the bit: zero has a sign.
    public bool Equals(Entry? other) => other is not null && Path == other.Path && (Value, other.Value) switch
    {
        (double a, double b) => BitConverter.DoubleToUInt64Bits(a) == BitConverter.DoubleToUInt64Bits(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        var (a, b) => Equals(a, b),
    };

    public override int GetHashCode() => Path.GetHashCode();

    public override string ToString() => $"{Path} = " + Value switch
    {
        _ when ReferenceEquals(Value, Nothing) => "nothing",
        string text => JsonSerializer.Serialize(text),
        CoreLink links => "links " + JsonSerializer.Serialize(links.Text),
        byte[] data => $"h'{Convert.ToHexStringLower(data)}'",
        double number => number.ToString("R", CultureInfo.InvariantCulture) + "d",
        DateTimeOffset moment => moment.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Value}"),
    };
}
