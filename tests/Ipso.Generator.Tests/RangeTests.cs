using Ipso.Generator.Registry;

namespace Ipso.Generator.Tests;

/// <summary>How RangeEnumeration is read: all spellings that the registry has, and what they are enforced as.</summary>
public class RangeTests
{
    [Theory]
    [InlineData("Integer", "0..100", "0..100")]
    [InlineData("Integer", " 0 .. 100 ", "0..100")]
    [InlineData("Integer", "-128..127", "-128..127")]
    [InlineData("Integer", "-30..-120", "-120..-30")]
    [InlineData("Integer", "0-50", "0..50")]
    [InlineData("Integer", "1 - 65535", "1..65535")]
    [InlineData("Integer", "-30-20", "-30..20")]
    [InlineData("Integer", "0\u201350", "0..50")]
    [InlineData("Integer", "1...15", "1..15")]
    [InlineData("Integer", "1\u202615", "1..15")]
    [InlineData("Integer", "0 to 100", "0..100")]
    [InlineData("Integer", "007..+010", "7..10")]
    [InlineData("Integer", "0.0..100.0", "0..100")]
    [InlineData("Integer", "0..247, 255", "0..247 255")]
    [InlineData("Integer", "1,2;5", "1 2 5")]
    [InlineData("Integer", "0..4294967295", "0..4294967295")]
    [InlineData("Integer", "0..9223372036854775806", "0..9223372036854775806")]
    [InlineData("Integer", "0..18446744073709551615", "0..9223372036854775807")]
    [InlineData("Integer", "-9223372036854775808..9223372036854775807", "")]
    [InlineData("UnsignedInteger", "0..18446744073709551615", "")]
    [InlineData("UnsignedInteger", "0..18446744073709551614", "0..18446744073709551614")]
    [InlineData("UnsignedInteger", "-1..10", "0..10")]
    [InlineData("Float", "-100.0..100.0", "-100..100")]
    [InlineData("Float", "0.000001..1.0", "0.000001..1")]
    [InlineData("Float", "0; 3.8..20.5", "0 3.8..20.5")]
    [InlineData("Float", "-0.5..-0.25", "-0.5..-0.25")]
    [InlineData("String", "0..255", "0..255 bytes")]
    [InlineData("String", "0..64 bytes", "0..64 bytes")]
    [InlineData("String", "1..64 Bytes", "1..64 bytes")]
    [InlineData("String", "64", "0..64 bytes")]
    [InlineData("String", "32 bytes", "0..32 bytes")]
    [InlineData("String", "10,26", "10 26 bytes")]
    [InlineData("String", "0-255 bytes", "0..255 bytes")]
    [InlineData("String", "ON;OFF", "ON OFF words")]
    [InlineData("String", "U, UQ", "U UQ words")]
    [InlineData("Opaque", "16,32,48", "16 32 48 bytes")]
    [InlineData("Opaque", "16-32-48 bytes", "16 32 48 bytes")]
    [InlineData("Opaque", "6 octets", "0..6 bytes")]
    [InlineData("Opaque", "0..4294967295", "")]
    public void A_range_that_is_enforced(string kind, string text, string expected)
    {
        Assert.True(RangeParser.TryParse(Blanks.Collapse(text), Enum.Parse<ResourceKind>(kind), out ValueRange? range));
        Assert.Equal(expected, range is null ? "" : string.Join(' ', range.Intervals.Select(i => i.ToString()).Concat(range.Words).Concat(Suffix(range))));
    }

    [Theory]
    [InlineData("Integer", "255")]
    [InlineData("Integer", "8-Bits")]
    [InlineData("Integer", "16-bit")]
    [InlineData("Integer", "2 bytes")]
    [InlineData("Integer", "2 Instances")]
    [InlineData("Integer", "0.5..3")]
    [InlineData("Integer", "0..")]
    [InlineData("Integer", "..")]
    [InlineData("Integer", ",")]
    [InlineData("Integer", "-")]
    [InlineData("Integer", "5..1, 3")]
    [InlineData("UnsignedInteger", "-5..-1")]
    [InlineData("Float", "<7 to >12.5")]
    [InlineData("Float", "1,5..0,5")]
    [InlineData("Float", "1..2..3")]
    [InlineData("Float", ".5..1.")]
    [InlineData("String", "The possible values are those listed elsewhere")]
    [InlineData("String", "a; b c")]
    [InlineData("String", "0")]
    [InlineData("String", "2020-01-02")]
    [InlineData("Opaque", "ON;OFF")]
    [InlineData("Boolean", "0..1")]
    [InlineData("Time", "0..100")]
    [InlineData("ObjectLink", "0..100")]
    public void A_text_that_is_left_to_people(string kind, string text)
    {
        Assert.False(RangeParser.TryParse(text, Enum.Parse<ResourceKind>(kind), out ValueRange? range));
        Assert.Null(range);
    }

    [Theory]
    [InlineData("0: RELEASE\n1: CLICK", "0=RELEASE 1=CLICK")]
    [InlineData("0: disabled 1: normal 255: non_responsive", "0=disabled 1=normal 255=non_responsive")]
    [InlineData("0:Immediate, 1:Best Effort; 2=Latest.", "0=Immediate 1=Best Effort 2=Latest")]
    [InlineData("-1 : below 0 : above", "-1=below 0=above")]
    [InlineData("1: Zone 2 armed 2: off", "1=Zone 2 armed 2=off")]
    public void An_enumeration(string text, string expected) => Assert.Equal(
        expected,
        string.Join(' ', EnumerationParser.Parse(Blanks.Collapse(text), ResourceKind.Integer).Select(value => $"{value.Value}={value.Label}")));

    [Theory]
    [InlineData("Integer", "0..100")]
    [InlineData("Integer", "0: one")]
    [InlineData("Integer", "see 0: one 1: two")]
    [InlineData("Integer", "0: one 0: two")]
    [InlineData("Integer", "0: one 1:")]
    [InlineData("Integer", "0: 1: two")]
    [InlineData("Integer", "0: one 2-100: reserved")]
    [InlineData("UnsignedInteger", "-1: below 0: above")]
    [InlineData("Integer", "0: one 9223372036854775808: two")]
    [InlineData("Float", "0: one 1: two")]
    [InlineData("String", "0: one 1: two")]
    public void No_enumeration(string kind, string text) =>
        Assert.Empty(EnumerationParser.Parse(text, Enum.Parse<ResourceKind>(kind)));

    private static string[] Suffix(ValueRange range) => range.Subject switch
    {
        RangeSubject.Length => ["bytes"],
        RangeSubject.Words => ["words"],
        _ => [],
    };
}
