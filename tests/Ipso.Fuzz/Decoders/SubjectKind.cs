using System.Text;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Lwm2m;

namespace Ipso.Fuzz.Decoders;

/// <summary>An object class that payloads are read into.</summary>
/// <param name="info">Its definition.</param>
/// <param name="create">A new object without content.</param>
/// <param name="fill">A new object with random content.</param>
/// <param name="addHidden">Digests what no representation shows: the values of resources that can be written and not read.</param>
internal sealed class SubjectKind(
    ObjectInfo info, Func<ObjectInstance> create, Func<RandomObjects, ObjectInstance> fill, SubjectKind.AddHidden? addHidden = null)
{
    // So many instances that a payload may bring too many, and more records than are kept between the passes.
    private const int CrowdedOneIn = 5;

    internal delegate void AddHidden(ObjectInstance instance, ref Digest digest);

    /// <summary>The classes, a line each.</summary>
    internal static IReadOnlyList<SubjectKind> All { get; } =
    [
        new(AllTypes.Info, Create<AllTypes>, static random => random.AllTypes()),
        new(Rules.Info, Create<Rules>, RandomRules, AddSecrets),
        new(Limits.Info, Create<Limits>, RandomLimits),
        new(Device.Info, Create<Device>, RandomDevice),
    ];

    internal ObjectInfo Info => info;

    internal ObjectInstance CreateEmpty() => create();

    internal ObjectInstance CreateFilled(int seed)
    {
        ObjectInstance instance = fill(new RandomObjects(seed));
        if (seed % CrowdedOneIn == 0 && instance is AllTypes many)
        {
            for (int id = 0; id < 200 + seed; id++)
            {
                many.ManyWhole[(ushort)id] = id;
            }
        }

        return instance;
    }

    internal void AddHiddenTo(ObjectInstance instance, ref Digest digest) => addHidden?.Invoke(instance, ref digest);

    private static ObjectInstance Create<T>()
        where T : ObjectInstance, ILwm2mObject<T> => T.Create();

    private static void AddSecrets(ObjectInstance instance, ref Digest digest)
    {
        Rules rules = (Rules)instance;
        digest.Add(Encoding.UTF8.GetBytes(rules.Secret ?? ""));
        foreach (ushort id in rules.Secrets.Ids.Span)
        {
            digest.Add(id);
            digest.Add(rules.Secrets[id].Span);
        }
    }

    private static Rules RandomRules(RandomObjects random) => new()
    {
        Level = random.Next(101),
        Limits = random.Chance() ? [] : [random.Next(11) - 5, 5],
        Secret = random.Chance() ? null : random.Text(),
        Serial = random.Chance() ? null : random.Text(),
        Ratio = random.Chance() ? null : random.Next(4) - 1.5,
        Size = random.Chance() ? null : 10 + (ulong)random.Next(1000),
        Shares = random.Chance() ? [] : [0, 0.25, 1],
        Secrets = random.Chance() ? [] : [random.Data(), random.Data()],
        Tags = random.Chance() ? [] : new() { [0] = random.Text(), [(ushort)(1 + random.Next(65534))] = random.Text() },
        Codes = random.Chance() ? [] : [random.Integer()],
        Place = random.Chance() ? null : random.Float(),
    };

    private static Limits RandomLimits(RandomObjects random) => new()
    {
        Exact = random.Chance() ? null : random.Next(int.MaxValue),
        Natural = random.Chance() ? null : 1 + (ulong)random.Next(int.MaxValue),
        Address = random.Chance() ? null : 255,
        Current = random.Chance() ? null : 3.8 + random.Next(16),
        Label = random.Chance() ? null : "label"[..(1 + random.Next(5))],
        Key = random.Chance() ? default(ReadOnlyMemory<byte>?) : new byte[16 * (1 + random.Next(3))],
        State = random.Chance() ? null : "GRÜN",
        Labels = random.Chance() ? [] : ["a", "12345678"],
        KeysStored = random.Chance() ? [] : [new byte[] { 1, 2 }],
        States = random.Chance() ? [] : ["ON", "OFF", "ON"],
    };

    private static Device RandomDevice(RandomObjects random) => new()
    {
        ErrorCode = [0, random.Next(9)],
        SupportedBindingAndModes = "U",
        Reboot = static _ => { },
        Manufacturer = "Open Mobile Alliance",
        SerialNumber = random.Chance() ? null : "345000123",
        AvailablePowerSources = [1, 5],
        PowerSourceVoltage = new() { [0] = 3800, [(ushort)(1 + random.Next(9))] = 5000 },
        BatteryLevel = random.Chance() ? null : random.Next(101),
        CurrentTime = DateTimeOffset.FromUnixTimeSeconds(1367491215),
        UTCOffset = "+02:00",
        Timezone = random.Chance() ? null : "Europe/Berlin",
        ExtDevInfo = random.Chance() ? [] : [Ipso.Lwm2m.ObjectLink.Null],
    };
}
