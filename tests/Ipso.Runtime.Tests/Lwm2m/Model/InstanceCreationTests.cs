using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Creates of any bytes: nothing throws, and instances come all or not at all, complete and within bounds.</summary>
public class InstanceCreationTests
{
    private const int Bound = 4;

    private static readonly (ContentFormat Format, byte[] Payload)[] s_valid =
    [
        (ContentFormat.Tlv, Convert.FromHexString("c100058301410001")),
        (ContentFormat.Tlv, Convert.FromHexString("080208c100058301410001080308c100068301410002")),
        (ContentFormat.Lwm2mCbor, Convert.FromHexString("a18219668219ffffa2000501a10001")),
        (ContentFormat.Lwm2mCbor, Convert.FromHexString("a1196682a201a2000501a1000102a2000601a10002")),
        (ContentFormat.SenMLJson, """[{"bn":"/26242/","n":"1/0","v":5},{"n":"1/1/0","v":1},{"n":"2/0","v":6},{"n":"2/1/0","v":2}]"""u8.ToArray()),
        (ContentFormat.SenMLJson, """[{"bn":"/26242/3/","n":"0","v":5},{"n":"1/0","v":1},{"n":"3","vs":"x"}]"""u8.ToArray()),
        (ContentFormat.SenMLCbor, Convert.FromHexString("82a321672f32363234322f0063332f300205a20065332f312f300201")),
        (ContentFormat.Lwm2mJson, """{"bn":"/26242/","e":[{"n":"1/0","v":5},{"n":"1/1/0","v":1}]}"""u8.ToArray()),
    ];

    [Fact]
    public void The_payloads_are_valid_as_they_are()
    {
        foreach ((ContentFormat format, byte[] payload) in s_valid)
        {
            ObjectTree objects = Tree();
            bool isCreated = TryCreate(objects, format, payload, out PayloadError error);
            Assert.True(isCreated, $"{format} {Encoding.Latin1.GetString(payload)}: {error}");
        }
    }

    [Fact]
    public void Mutated_ones_create_all_or_nothing()
    {
        Random random = new(20261126);
        int taken = 0;
        for (int i = 0; i < 20_000; i++)
        {
            (ContentFormat format, byte[] valid) = s_valid[random.Next(s_valid.Length)];
            int length = random.Next(4) == 0 ? random.Next(valid.Length / 2, valid.Length) : valid.Length;
            byte[] payload = [.. valid[..length]];
            for (int change = random.Next(4); change > 0; change--)
            {
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            }

            ObjectTree objects = Tree();
            int before = objects.Count;
            bool isCreated = TryCreate(objects, format, payload, out _);
            taken += isCreated ? 1 : 0;
            Assert.InRange(objects.Count, isCreated ? before + 1 : before, isCreated ? Bound : before);
            foreach (ObjectInstance instance in objects)
            {
                Rules rules = Assert.IsType<Rules>(instance);
                Assert.InRange(rules.Level, 0, 100);
                Assert.NotEmpty(rules.Limits);
                Assert.Null(rules.Serial);
            }
        }

        Assert.InRange(taken, 1000, 19_000);
    }

    private static ObjectTree Tree()
    {
        ObjectTree objects = new();
        objects.Add(new Rules { Level = 1, Limits = [1] });
        objects.Allow<Rules>(maxInstances: Bound);
        return objects;
    }

    private static bool TryCreate(ObjectTree objects, ContentFormat format, byte[] payload, out PayloadError error)
    {
        bool isCreated = InstanceCreation.TryCreate(
            objects, objects.FindAllowed(26242)!, format, payload, out ObjectInstance[] created, out _, out error);
        Assert.Equal(isCreated, created.Length > 0);
        Assert.Equal(isCreated, error.Fault == PayloadFault.None);
        return isCreated;
    }
}
