using Ipso.Coap;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What changes at an inconvenient moment: while a request is answered, a notification rendered, or changes are taken.</summary>
public class ReportingRaceTests
{
    private readonly Hooked _hooked = new() { First = 0, Second = 0 };
    private readonly DeviceScript _script;

    public ReportingRaceTests() => _script = new(_hooked);

    [Fact]
    public void What_is_added_while_the_first_observation_is_answered_is_told()
    {
        int calls = 0;
        _hooked.BeforeRead = () =>
        {
            if (calls++ == 0)
            {
                _script.Device.Objects.Add(new Temperature { SensorValue = 1 });
            }
        };
        byte[] request = _script.Request(
            CoapCode.Fetch, "/", """[{"n":"/26290/0/1"},{"n":"/3303"}]"""u8.ToArray(), ContentFormat.SenMLJson, observe: 0);
        List<string> sent = _script.Receive(request);
        Assert.StartsWith("2.05 110 observed ", sent[0], StringComparison.Ordinal);
        Assert.Contains("\"/3303/0/\"", Assert.Single(sent[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_changes_while_a_notification_is_rendered_is_rendered_again()
    {
        _script.WriteAttributes("/26290/0/1", "st=10");
        Assert.Equal("2.05 0 observed 0", _script.Get("/26290/0/1", observe: 0));
        _hooked.First = 10;

        // The value that later ones are compared to has been read, the one that is sent has not.
        int reads = 0;
        _hooked.BeforeRead = () => _hooked.First = ++reads == 3 ? 14 : _hooked.First;
        Assert.Equal("NOTIFY 01 2.05 0 14", _script.Drain()[^1]);
        _hooked.BeforeRead = null;
        _script.Drain();
        _hooked.First = 20;
        Assert.Empty(_script.Drain());
        _hooked.First = 24;
        Assert.Equal(["NOTIFY 01 2.05 0 24"], _script.Drain());
    }

    [Fact]
    public void A_value_that_never_rests_is_told_and_told_again()
    {
        _script.WriteAttributes("/26290/0/1", "pmin=10&gt=100");
        _script.Get("/26290/0/1", observe: 0);
        _script.RunFor(20);
        _hooked.First = 101;
        _hooked.BeforeRead = () => _hooked.First++;
        Assert.StartsWith("NOTIFY 01 2.05 0 ", Assert.Single(_script.RunFor(5)).Message, StringComparison.Ordinal);
        _hooked.BeforeRead = null;
        (double after, string message) = Assert.Single(_script.RunFor(100));
        Assert.Equal((5, $"NOTIFY 01 2.05 0 {_hooked.First}"), (after, message));
    }

    [Fact]
    public void The_first_answer_is_compared_to_as_it_was_sent()
    {
        _script.WriteAttributes("/26290/0/1", "st=10");
        int reads = 0;
        _hooked.BeforeRead = () => _hooked.First = ++reads == 3 ? 9 : _hooked.First;
        Assert.Equal("2.05 0 observed 9", _script.Get("/26290/0/1", observe: 0));
        _script.Drain();
        _hooked.BeforeRead = null;
        _hooked.First = 18;
        Assert.Empty(_script.Drain());
        _hooked.First = 19;
        Assert.Equal(["NOTIFY 01 2.05 0 19"], _script.Drain());
    }

    [Fact]
    public void What_changes_behind_the_first_answer_is_told()
    {
        _hooked.AfterRead = () => _hooked.Second = 1;
        Assert.Equal(["2.05 0 observed 0", "NOTIFY 01 2.05 0 1"], _script.Receive(_script.Request(CoapCode.Get, "/26290/0/2", observe: 0)));
    }

    [Fact]
    public void An_observation_that_is_refused_has_nobody_woken()
    {
        int wakes = 0;
        Assert.StartsWith("4.06", _script.Get("/26290/0", ContentFormat.PlainText, observe: 0), StringComparison.Ordinal);
        _script.Drain();
        _script.Device.WakeRequested = () => wakes++;
        _hooked.First = 1;
        Assert.Equal(0, wakes);
    }

    [Fact]
    public void What_was_not_told_before_an_observation_ended_is_no_news_to_the_next()
    {
        _script.Get("/26290/0/1", observe: 0);
        _hooked.First = 1;
        _script.Get("/26290/0/1", observe: 1);
        _script.Drain();
        Assert.Equal("2.05 0 observed 1", _script.Get("/26290/0/1", observe: 0));
        Assert.Empty(_script.Drain());
    }

    [Fact]
    public void One_object_that_cannot_be_read_keeps_nobody_from_hearing_of_the_others()
    {
        Temperature temperature = new() { SensorValue = 1 };
        LightControl light = new() { OnOff = false };
        _script.Device.Objects.Add(temperature);
        _script.Device.Objects.Add(light);
        _script.WriteAttributes("/26290/0/1", "st=1");
        _script.Get("/26290/0/1", observe: 0, token: "0a");
        _script.Get("/26290/0/2", observe: 0, token: "0b");
        _script.Get("/3303/0/5700", observe: 0, token: "0c");
        _script.Get("/3311/0/5850", observe: 0, token: "0d");

        light.OnOff = true;
        _hooked.First = 5;
        _hooked.Second = 5;
        temperature.SensorValue = 2;
        _hooked.BeforeRead = () => throw new InvalidOperationException("the sensor is broken");
        Assert.Throws<InvalidOperationException>(() => _script.Drain());
        _hooked.BeforeRead = null;
        Assert.Equal(
            ["NOTIFY 0b 2.05 0 5", "NOTIFY 0c 2.05 0 2", "NOTIFY 0d 2.05 0 1"],
            _script.Drain().Order(StringComparer.Ordinal));

        // Nor is it listed as changed for ever.
        _hooked.First = 8;
        Assert.Equal(["NOTIFY 0a 2.05 0 8"], _script.Drain());
    }

    [Fact]
    public void Many_instances_that_come_and_go_are_each_taken_once()
    {
        _script.Get("/26290/0", ContentFormat.SenMLCbor, observe: 0);
        List<Temperature> all = [];
        for (int i = 0; i < 100; i++)
        {
            all.Add(new() { SensorValue = i });
            _script.Device.Objects.Add(all[^1]);
        }

        _script.Device.Objects.Remove(all[7]);
        _script.Device.Objects.Add(all[7]);
        _script.Device.Objects.Remove(all[8]);
        InstanceMoves moves = _script.Device.Objects.TakeMoves();
        Assert.True(moves.TryTake(out Ipso.Lwm2m.Lwm2mPath first, out bool isRemoval));
        Assert.Equal(0, first.InstanceId);
        Assert.False(isRemoval);

        // What was not taken out comes again, and what comes meanwhile is not among it.
        _script.Device.Objects.Remove(all[9]);
        Assert.Same(moves, _script.Device.Objects.TakeMoves());
        List<(int InstanceId, bool IsRemoval)> left = TakeAll(moves);
        Assert.Equal(99, left.Count);
        Assert.Equal(left.OrderBy(static move => move.InstanceId), left);
        Assert.Equal([7, 8], left.Where(static move => move.IsRemoval).Select(static move => move.InstanceId));
        Assert.Equal([(9, true)], TakeAll(_script.Device.Objects.TakeMoves()));
        Assert.Empty(TakeAll(_script.Device.Objects.TakeMoves()));
    }

    private static List<(int InstanceId, bool IsRemoval)> TakeAll(InstanceMoves moves)
    {
        List<(int InstanceId, bool IsRemoval)> all = [];
        while (moves.TryTake(out Ipso.Lwm2m.Lwm2mPath path, out bool isRemoval))
        {
            all.Add((path.InstanceId, isRemoval));
        }

        return all;
    }

    [Fact]
    public void A_scope_that_is_disposed_twice_does_not_end_another()
    {
        _script.Get("/26290/0", ContentFormat.SenMLJson, observe: 0);
        UpdateScope outer = _hooked.BeginUpdate();
        UpdateScope inner = _hooked.BeginUpdate();
        inner.Dispose();
        inner.Dispose();
        _hooked.First = 1;
        Assert.Empty(_script.Drain());
        outer.Dispose();
        Assert.Single(_script.Drain());
    }

    [Fact]
    public void Scopes_may_be_many()
    {
        _script.Get("/26290/0", ContentFormat.SenMLJson, observe: 0);
        UpdateScope[] scopes = [.. Enumerable.Range(0, 40).Select(_ => _hooked.BeginUpdate())];
        _hooked.First = 1;
        foreach (UpdateScope scope in scopes)
        {
            Assert.Empty(_script.Drain());
            scope.Dispose();
        }

        scopes[39].Dispose();
        Assert.Single(_script.Drain());
        _hooked.First = 2;
        Assert.Single(_script.Drain());
    }
}
