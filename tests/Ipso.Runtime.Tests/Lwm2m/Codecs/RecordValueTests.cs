using Ipso.Lwm2m.Codecs;

namespace Ipso.Tests.Lwm2m;

/// <summary>What a record is as each type, where it is not one of them.</summary>
public sealed class RecordValueTests
{
    // Where the loops for the usual form put a number, what was there before says where bytes would be.
    [Theory]
    [InlineData(nameof(ValueKind.Integer), -1, int.MaxValue)]
    [InlineData(nameof(ValueKind.Unsigned), int.MaxValue, int.MaxValue)]
    [InlineData(nameof(ValueKind.Float), int.MinValue, -1)]
    [InlineData(nameof(ValueKind.Boolean), 3, 1000)]
    public void Nobody_looks_for_bytes_of_what_is_in_the_bits(string name, int start, int length)
    {
        ValueKind kind = Enum.Parse<ValueKind>(name);
        PayloadRecord record = new() { Kind = kind, Bits = 1, Start = start, Length = length };
        RecordValue value = new([1, 2, 3], in record);

        bool isBoolean = value.TryBoolean(out bool boolean);
        Assert.Equal(kind == ValueKind.Boolean, isBoolean && boolean);
        Assert.False(value.TryOpaque(stackalloc byte[3], out _));
        Assert.False(value.TryString("a", out _));
        Assert.False(value.TryUtf8(stackalloc byte[3], out _));
        Assert.False(value.IsTextOf("a", out _));
        Assert.False(value.TryObjectLink([], out _));
        Assert.Equal(0, value.ScratchLength);
        Assert.False(record.Holds("a", [1, 2, 3]));
        Assert.Equal(kind != ValueKind.Boolean, value.TryFloat(out _));
    }
}
