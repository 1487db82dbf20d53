using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Instances of multiple resources that come in any order, with others between them.</summary>
public sealed class ScatteredRecordsTests
{
    private static readonly Lwm2mPath s_device = new(3, 0);

    [Theory]
    [InlineData(ReadMode.Mirror)]
    [InlineData(ReadMode.Bootstrap)]
    public void Scattered_records_mean_what_sorted_ones_do(ReadMode mode)
    {
        (int Resource, int Instance)[] places = [.. Enumerable.Range(0, 60).Select(i => (6 + i % 3, i / 3))];
        string[] records = [.. places.Select(Record)];
        byte[] sorted = Write(Read(places.Order().Select(Record), mode));
        Assert.Equal(sorted, Write(Read(records, mode)));
        Assert.Equal(sorted, Write(Read(records.Reverse(), mode)));
    }

    [Fact]
    public void A_scattered_report_replaces_what_is_known_in_part()
    {
        Device device = Read(["""{"n":"6/0","v":1}""", """{"n":"6/2","v":1}"""], ReadMode.Mirror);
        Read(
            device, ["""{"n":"6/1","v":5}""", """{"n":"7/0","v":1}""", """{"n":"6/0","v":1}""", """{"n":"11/0","v":0}"""], ReadMode.Mirror);
        Assert.Equal([0, 1], device.AvailablePowerSources.Ids.ToArray());
    }

    [Fact]
    public void A_repeated_record_is_found_and_named_wherever_it_stands()
    {
        Device device = Read([], ReadMode.Mirror);
        PayloadError error = Refuse(
            device, """[{"bn":"/3/0/","n":"6/1","v":5},{"n":"7/0","v":1},{"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"9","v":1}]""");
        Assert.Equal((PayloadFault.Duplicate, 6, 4), (error.Fault, error.Resource!.Id, error.Record));
        Assert.Empty(device.AvailablePowerSources);
    }

    [Fact]
    public void What_is_wrong_among_scattered_records_is_named_and_changes_nothing()
    {
        Device device = Read([], ReadMode.Mirror);
        PayloadError error = Refuse(
            device, """[{"bn":"/3/0/","n":"6/1","v":5},{"n":"7/0","v":1},{"n":"6/0","vs":"x"},{"n":"7/1","v":1}]""");
        Assert.Equal("record 3: resource 6 (Available Power Sources) takes Integer", error.ToString());
        Assert.Empty(device.PowerSourceVoltage);
    }

    [Fact]
    public void More_records_than_there_is_room_for_at_first_are_sorted_too()
    {
        // 256 instances of each of two resources, by turns: as many as a peer may write.
        string[] records = [.. Enumerable.Range(0, 512).Select(i => $$"""{"n":"{{6 + i % 2}}/{{i / 2}}","v":1}""")];
        Device device = Read(records, ReadMode.Mirror);
        Assert.Equal((256, 256), (device.AvailablePowerSources.Count, device.PowerSourceVoltage.Count));
        string[] tooMany = [.. records, """{"n":"6/256","v":1}"""];
        Assert.Equal(PayloadFault.TooManyInstances, Refuse(device, Pack(tooMany)).Fault);
    }

    private static string Record((int Resource, int Instance) place) =>
        $$"""{"n":"{{place.Resource}}/{{place.Instance}}","v":{{(place.Resource + place.Instance) % 8}}}""";

    private static byte[] Write(Device device)
    {
        byte[] buffer = new byte[8192];
        Assert.Equal(RepresentationResult.Written, Representation.Write(device, ContentFormat.SenMLCbor, buffer, out int written));
        return buffer[..written];
    }

    private static Device Read(IEnumerable<string> records, ReadMode mode)
    {
        Assert.True(Representation.TryRead(0, ContentFormat.SenMLJson, "[]"u8, out Device device, out _));
        Read(device, records, mode);
        return device;
    }

    private static void Read(Device device, IEnumerable<string> records, ReadMode mode)
    {
        byte[] payload = Encoding.UTF8.GetBytes(Pack(records));
        bool isTaken = Representation.TryRead(device, s_device, ContentFormat.SenMLJson, payload, mode, out PayloadError error);
        Assert.True(isTaken, error.ToString());
    }

    private static PayloadError Refuse(Device device, string payload)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(payload);
        Assert.False(Representation.TryRead(device, s_device, ContentFormat.SenMLJson, bytes, ReadMode.Mirror, out PayloadError error));
        return error;
    }

    private static string Pack(IEnumerable<string> records) =>
        "[{\"bn\":\"/3/0/\"}" + string.Concat(records.Select(record => "," + record)) + "]";
}
