using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What a program may set, and what a set marks.</summary>
public class SetterTests
{
    [Fact]
    public void A_value_is_absent_until_it_is_set_and_again_after_null()
    {
        AllTypes o = new();
        Assert.Equal((null, null, null, null, null), (o.Text, o.Whole, o.Natural, o.Real, o.Flag));
        Assert.Equal((null, null, null, null), (o.Data, o.Moment, o.Link, o.Links));
        o.Text = "";
        o.Whole = 0;
        o.Natural = 0;
        o.Real = 0;
        o.Flag = false;
        o.Data = ReadOnlyMemory<byte>.Empty;
        o.Moment = DateTimeOffset.UnixEpoch;
        o.Link = default(ObjectLink);
        o.Links = default(CoreLink);
        Assert.Equal<(string?, long?, ulong?, double?, bool?)>(("", 0, 0, 0, false), (o.Text, o.Whole, o.Natural, o.Real, o.Flag));
        Assert.Equal<(int, DateTimeOffset?, ObjectLink?, CoreLink?)>(
            (0, DateTimeOffset.UnixEpoch, new ObjectLink(0, 0), new CoreLink("")), (o.Data.Value.Length, o.Moment, o.Link, o.Links));
        o.Text = null;
        o.Whole = null;
        o.Natural = null;
        o.Real = null;
        o.Flag = null;
        o.Data = null;
        o.Moment = null;
        o.Link = null;
        o.Links = null;
        Assert.Equal((null, null, null, null, null), (o.Text, o.Whole, o.Natural, o.Real, o.Flag));
        Assert.Equal((null, null, null, null), (o.Data, o.Moment, o.Link, o.Links));
    }

    [Fact]
    public void An_equal_value_marks_nothing()
    {
        AllTypes o = new()
        {
            IsObserved = true,
            Text = "a", Whole = 1, Natural = 2, Real = 3, Flag = true, Data = new byte[] { 1, 2 }, Moment = DateTimeOffset.UnixEpoch,
            Link = ObjectLink.Null, Links = new("x"), ManyText = ["a"], ManyData = [new byte[] { 1 }], ManyLink = [ObjectLink.Null],
        };
        Assert.Equal(12, Changes(o).Count);
        o.Text = new string('a', 1);
        o.Whole = 1;
        o.Natural = 2;
        o.Real = 3;
        o.Flag = true;
        o.Data = new byte[] { 1, 2 };
        o.Moment = new DateTimeOffset(1970, 1, 1, 2, 0, 0, TimeSpan.FromHours(2));
        o.Link = new(65535, 65535);
        o.Links = new("x");
        o.ManyText = ["a"];
        o.ManyText[0] = "a";
        o.ManyData = [new byte[] { 1 }];
        o.ManyData[0] = new byte[] { 1 };
        o.ManyLink[0] = ObjectLink.Null;
        o.Far = null;
        o.ManyReal.Clear();
        Assert.False(o.ManyReal.Remove(3));
        Assert.Empty(Changes(o));
    }

    [Fact]
    public void Each_change_is_marked_once()
    {
        AllTypes o = new() { IsObserved = true, Whole = 1, ManyReal = [1] };
        Changes(o);
        o.Whole = 2;
        o.Whole = 3;
        o.ManyReal[0] = 2;
        o.ManyReal[7] = 2;
        o.Text = "x";
        o.Text = null;
        Assert.Equal([0, 1, 103], Changes(o));
        Assert.False(o.HasChanges);
    }

    [Fact]
    public void Bytes_are_copied_so_that_nobody_changes_them_unnoticed()
    {
        byte[] single = [1], element = [2], listed = [3];
        AllTypes o = new() { Data = single, ManyData = [listed] };
        o.ManyData[5] = element;
        single[0] = element[0] = listed[0] = 9;
        Assert.Equal([1], o.Data.Value.ToArray());
        Assert.Equal([3], o.ManyData[0].ToArray());
        Assert.Equal([2], o.ManyData[5].ToArray());
    }

    [Fact]
    public void A_value_out_of_range_is_refused_by_name()
    {
        Rules o = new() { Level = 100, Limits = [-5, 5] };
        AssertRefused(() => o.Level = 101, "0 (Level)", "0..100");
        AssertRefused(() => o.Level = -1, "0 (Level)", "0..100");
        AssertRefused(() => o.Limits[0] = 6, "1 (Limits)", "-5..5");
        AssertRefused(() => o.Limits = [1, -6], "1 (Limits)", "-5..5");
        AssertRefused(() => o.Ratio = 1.6, "4 (Ratio)", "-1.5..1.5");
        AssertRefused(() => o.Size = 9, "5 (Size)", "10..4294967295");
        AssertRefused(() => o.Shares[3] = -0.1, "6 (Shares)", "0..1");
        Assert.Equal((100, null, null), (o.Level, o.Ratio, o.Size));
        Assert.Equal([-5, 5], o.Limits);
        Assert.Empty(o.Shares);
        o.Ratio = -1.5;
        o.Size = uint.MaxValue;
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_number_is_refused(double value)
    {
        Rules o = new() { Level = 0, Limits = [] };
        AssertRefused(() => o.Place = value, "11 (Place)", "finite");
        AssertRefused(() => o.Ratio = value, "4 (Ratio)", "finite");
        AssertRefused(() => o.Shares[0] = value, "6 (Shares)", "finite");
        AssertRefused(() => o.Shares = [value], "6 (Shares)", "finite");
        Assert.Null(o.Place);
    }

    [Fact]
    public void A_time_keeps_its_fraction_here_and_loses_it_on_the_wire()
    {
        AllTypes o = new() { Moment = DateTimeOffset.FromUnixTimeMilliseconds(-1) };
        Assert.Equal(-1, o.Moment.Value.ToUnixTimeMilliseconds());
        Assert.Equal("""[{"bn":"/26241/0/","n":"6","v":-1}]""", Payloads.WriteText(o));
        Assert.Equal(Ipso.Lwm2m.Codecs.PayloadFault.None, Payloads.ReadJson(o, """[{"n":"/26241/0/6","v":1.25}]"""));
        Assert.Equal(1250, o.Moment.Value.ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData("253402300799", true)]
    [InlineData("253402300800", false)]
    [InlineData("-62135596800", true)]
    [InlineData("-62135596801", false)]
    [InlineData("1e300", false)]
    [InlineData("-62135596800.5", false)]
    [InlineData("253402300798.9999999999", true)]
    public void A_time_is_one_that_a_calendar_has(string seconds, bool taken)
    {
        AllTypes o = new();
        Assert.Equal(taken, Payloads.ReadJson(o, $$"""[{"n":"/26241/0/6","v":{{seconds}}}]""") == Ipso.Lwm2m.Codecs.PayloadFault.None);
        Assert.Equal(taken, o.Moment is not null);
    }

    [Fact]
    public void An_update_groups_changes_and_nests()
    {
        int wakes = 0;
        ObjectTree tree = new() { OnChange = () => wakes++ };
        AllTypes o = new();
        tree.Add(o);
        o.IsObserved = true;
        tree.TakePendingChange();
        wakes = 0;
        using (o.BeginUpdate())
        {
            o.Whole = 1;
            using (o.BeginUpdate())
            {
                o.Real = 2;
            }

            o.ManyText[3] = "x";
            Assert.Equal(0, wakes);
            Assert.False(o.HasChanges);
        }

        Assert.Equal(1, wakes);
        Assert.True(o.HasChanges);
        Assert.True(tree.TakePendingChange());
        Assert.Equal([1, 3, 100], Changes(o));

        using (o.BeginUpdate())
        {
            o.Whole = 1;
        }

        Assert.Equal(1, wakes);
    }

    [Fact]
    public void Changes_while_a_wake_is_pending_wake_once()
    {
        int wakes = 0;
        ObjectTree tree = new() { OnChange = () => wakes++ };
        AllTypes o = new();
        tree.Add(o);
        tree.TakePendingChange();
        wakes = 0;
        o.Whole = 1;
        Assert.Equal(0, wakes);
        o.IsObserved = true;
        o.Whole = 2;
        o.Whole = 3;
        Assert.Equal(1, wakes);
        tree.TakePendingChange();
        o.Whole = 4;
        Assert.Equal(2, wakes);
    }

    [Fact]
    public void A_value_that_is_set_when_somebody_begins_to_observe_is_read_or_noted()
    {
        const int Rounds = 50_000;
        Hooked o = new() { First = 0 };
        int begun = 0, set = 0;
        Thread sensor = new(() =>
        {
            for (int round = 1; round <= Rounds; round++)
            {
                SpinUntil(ref begun, round);
                o.First = round;
                Volatile.Write(ref set, round);
            }
        });
        sensor.Start();

        int lost = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            Volatile.Write(ref begun, round);
            o.Observe(0, true);
            ObjectInstance.AwaitSetters();
            long read = o.First;
            SpinUntil(ref set, round);
            lost += read == round || Changes(o).Count == 1 ? 0 : 1;
            o.Observe(0, false);
        }

        sensor.Join();
        Assert.Equal(0, lost);

        static void SpinUntil(ref int counter, int value)
        {
            SpinWait spin = default;
            while (Volatile.Read(ref counter) != value)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    internal static List<int> Changes(ObjectInstance o)
    {
        List<int> ids = [];
        for (int index = o.TakeChange(); index >= 0; index = o.TakeChange())
        {
            ids.Add(o.Definition.Resources[index].Id);
        }

        return ids;
    }

    private static void AssertRefused(Action set, string resource, string rule)
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(set);
        Assert.Contains($"Resource {resource} of object 26242 (Rules)", e.Message, StringComparison.Ordinal);
        Assert.Contains(rule, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scope_that_is_disposed_twice_does_no_harm()
    {
        LightControl light = new() { OnOff = false };
        DeviceScript script = new(light);
        Assert.StartsWith("2.05", script.Get("/3311/0/5850", observe: 0), StringComparison.Ordinal);
        UpdateScope scope = light.BeginUpdate();
        scope.Dispose();
        scope.Dispose();
        light.OnOff = true;
        Assert.Single(script.Drain());
    }

    [Fact]
    public void A_mandatory_resource_that_a_report_leaves_out_does_not_keep_its_old_value()
    {
        LightControl light = new() { OnOff = true, Dimmer = 50 };
        Assert.True(Representation.TryRead(
            light, new(3311, 0), Ipso.Coap.ContentFormat.SenMLJson, """[{"bn":"/3311/0/","n":"5706","vs":"red"}]"""u8, ReadMode.Mirror,
            out _));
        Assert.Equal((false, null, "red"), (light.OnOff, light.Dimmer, light.Colour));
    }
}
