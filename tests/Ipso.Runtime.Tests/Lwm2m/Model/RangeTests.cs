using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What the registry limits is limited on both ends: by the setters, and by what comes off the wire.</summary>
public class RangeTests
{
    private static readonly string s_wide = new('é', 5);

    public static TheoryData<string, string> Taken => new()
    {
        { "0", "9007199254740993" },
        { "0", "-9007199254740993" },
        { "1", "18446744073709551614" },
        { "1", "1" },
        { "2", "247" },
        { "2", "255" },
        { "3", "0" },
        { "3", "3.8" },
        { "4", "12345678" },
        { "4", "éééé" },
        { "5", Convert.ToBase64String(new byte[32]) },
        { "6", "OFF" },
        { "6", "GRÜN" },
        { "9", "7" },
        { "10", "-5" },
    };

    public static TheoryData<string, string, string> Refused => new()
    {
        { "0", "9007199254740994", "resource 0 (Exact) takes -9007199254740993..9007199254740993, not 9007199254740994" },
        { "0", "-9007199254740994", "resource 0 (Exact) takes -9007199254740993..9007199254740993, not -9007199254740994" },
        { "1", "18446744073709551615", "resource 1 (Natural) takes 1..18446744073709551614, not 18446744073709551615" },
        { "1", "0", "resource 1 (Natural) takes 1..18446744073709551614, not 0" },
        { "2", "248", "resource 2 (Address) takes 0..247, 255, not 248" },
        { "3", "0.5", "resource 3 (Current) takes 0, 3.8..20.5, not 0.5" },
        { "4", "123456789", "resource 4 (Label) takes 1..8 bytes, not 9" },
        // What is not there is not the empty text.
        { "4", "", "resource 4 (Label) takes 1..8 bytes, not 0" },
        { "4", s_wide, "resource 4 (Label) takes 1..8 bytes, not 10" },
        { "5", Convert.ToBase64String(new byte[17]), "resource 5 (Key) takes 16, 32, 48 bytes, not 17" },
        { "6", "", "resource 6 (State) takes ON, OFF, GRÜN" },
        { "6", "on", "resource 6 (State) takes ON, OFF, GRÜN" },
    };

    [Theory]
    [MemberData(nameof(Taken))]
    public void What_is_in_range_is_taken_off_the_wire(string resource, string text) =>
        Assert.Equal(PayloadFault.None, Payloads.ReadText(new Limits(), $"/26244/0/{resource}", text));

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_out_of_range_is_refused_by_resource_range_and_value(string resource, string text, string message)
    {
        bool isTaken = Representation.TryRead(
            new Limits(), Payloads.Path($"/26244/0/{resource}"), ContentFormat.PlainText, Encoding.UTF8.GetBytes(text),
            ReadMode.WriteReplace, out PayloadError error);

        Assert.False(isTaken);
        Assert.Equal((PayloadFault.OutOfRange, message), (error.Fault, error.ToString()));
    }

    [Theory]
    [InlineData("""[{"bn":"/26244/0/","n":"4","vs":"\u0031234567\u0038"}]""", PayloadFault.None)]
    [InlineData("""[{"bn":"/26244/0/","n":"4","vs":"\u00e9\u00e9\u00e9\u00e9\u00e9"}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"bn":"/26244/0/","n":"6","vs":"\u004fN"}]""", PayloadFault.None)]
    [InlineData("""[{"bn":"/26244/0/","n":"6","vs":"\u004fn"}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"bn":"/26244/0/","n":"7/3","vs":"12345678"},{"n":"7/4","vs":""}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"bn":"/26244/0/","n":"8/3","vd":"AAE"}]""", PayloadFault.None)]
    [InlineData("""[{"bn":"/26244/0/","n":"8/3","vd":"AAEC"}]""", PayloadFault.OutOfRange)]
    [InlineData("""[{"bn":"/26244/0/","n":"13/0","vs":"ON"},{"n":"13/9","vs":"ONN"}]""", PayloadFault.OutOfRange)]
    public void Escapes_and_instances_count_as_what_they_mean(string json, PayloadFault expected)
    {
        Limits o = new() { Label = "as it is" };
        Assert.Equal(expected, Payloads.ReadJson(o, json));
        Assert.True(
            expected == PayloadFault.None
            || o is { Label: "as it is", State: null, Labels.Count: 0, KeysStored.Count: 0, States.Count: 0 });
    }

    [Fact]
    public void Setters_refuse_what_the_wire_refuses()
    {
        Limits o = new();
        AssertRefused(() => o.Exact = 9007199254740994, "0 (Exact)", "takes -9007199254740993..9007199254740993", "9007199254740994");
        AssertRefused(() => o.Natural = 0, "1 (Natural)", "takes 1..18446744073709551614", "0");
        AssertRefused(() => o.Address = 254, "2 (Address)", "takes 0..247, 255", "254");
        AssertRefused(() => o.Current = 1, "3 (Current)", "takes 0, 3.8..20.5", "1");
        AssertRefused(() => o.Label = "", "4 (Label)", "takes 1..8 bytes", "");
        AssertRefused(() => o.Label = s_wide, "4 (Label)", "takes 1..8 bytes", s_wide);
        AssertRefused(() => o.Key = new byte[15], "5 (Key)", "takes 16, 32, 48 bytes", "15 bytes");
        AssertRefused(() => o.State = "grün", "6 (State)", "takes ON, OFF, GRÜN", "grün");
        AssertRefused(() => o.Labels[3] = "123456789", "7 (Labels)", "takes 1..8 bytes", "123456789");
        AssertRefused(() => o.KeysStored[0] = new byte[3], "8 (Keys Stored)", "takes 0..2 bytes", "3 bytes");
        AssertRefused(() => o.States = ["ON", "AUS"], "13 (States)", "takes ON, OFF", "AUS");
        Assert.Equal("[]", Payloads.WriteText(o));
    }

    [Fact]
    public void Setters_take_what_is_in_range()
    {
        Limits o = new()
        {
            Exact = -9007199254740993, Natural = 18446744073709551614, Address = 255, Current = 20.5, Label = "éééé",
            Key = new byte[48], State = "GRÜN",
            Labels = ["a"], KeysStored = [new byte[2]], States = ["OFF"],
        };
        Assert.Equal((-9007199254740993, 18446744073709551614UL, 255, 20.5), (o.Exact, o.Natural, o.Address, o.Current));
    }

    [Fact]
    public void Values_with_names_go_over_the_wire_as_numbers()
    {
        Limits o = new()
        {
            Button = Limits.Values.Button.DoubleClick,
            Balance = Limits.Values.Balance.Below,
            Buttons = new() { [3] = Limits.Values.Buttons.Click },
            Balances = new() { [7] = Limits.Values.Balances.Below, [9] = Limits.Values.Balances.Above },
        };
        Assert.Equal(
            """[{"bn":"/26244/0/","n":"9","v":2},{"n":"10","v":-1},{"n":"11/3","v":1},{"n":"12/7","v":-1},{"n":"12/9","v":1}]""",
            Payloads.WriteText(o));
        foreach (ContentFormat format in Payloads.Structured)
        {
            Limits copy = new();
            Assert.Equal(PayloadFault.None, Payloads.Read(copy, Payloads.PathOf(o), format, Payloads.Write(o, format), ReadMode.Mirror));
            Assert.Equal((o.Button, o.Balance), (copy.Button, copy.Balance));
            Assert.Equal(o.Buttons, copy.Buttons);
            Assert.Equal(o.Balances, copy.Balances);
            Assert.Equal(o.Balances.Ids.ToArray(), copy.Balances.Ids.ToArray());
        }
    }

    [Fact]
    public void A_value_without_a_name_is_kept()
    {
        Limits o = new() { Button = (Limits.Values.Button)254 };
        Assert.Equal(
            PayloadFault.None, Payloads.ReadJson(o, """[{"bn":"/26244/0/","n":"10","v":-9},{"n":"12/0","v":-77},{"n":"11/0","v":99}]"""));
        Assert.Equal(((Limits.Values.Button)254, (Limits.Values.Balance)(-9)), (o.Button, o.Balance));
        Assert.Equal(((Limits.Values.Balances)(-77), (Limits.Values.Buttons)99), (o.Balances[0], o.Buttons[0]));
        Assert.Equal(PayloadFault.WrongType, Payloads.ReadJson(o, """[{"bn":"/26244/0/","n":"9","v":-1}]"""));
    }

    [Fact]
    public void A_unit_converts_to_its_primary_one()
    {
        SenMLUnit? unit = Limits.Info.Resources[3].Unit;
        Assert.Equal(("mA", "A", true), (unit!.Symbol, unit.Primary, unit.IsRegistered));
        Assert.Equal(0.02, unit.ToPrimary(20), 1e-12);
        Assert.Equal(20, unit.FromPrimary(0.02), 1e-9);
    }

    private static void AssertRefused(Action set, string resource, string range, string value)
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(set);
        Assert.StartsWith($"Resource {resource} of object 26244 (Limits) {range}.", e.Message, StringComparison.Ordinal);
        Assert.Equal(value, e.ActualValue!.ToString());
    }
}
