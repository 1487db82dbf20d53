using System.Buffers.Binary;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

/// <summary>What may lie in a slot: states that are right, states that make no sense, and states with bytes changed.</summary>
internal static class StoredImages
{
    /// <summary>A device with two servers.</summary>
    internal static DeviceOptions Options { get; } = new()
    {
        Endpoint = "d",
        Servers = [new("coap://192.0.2.1") { Lifetime = TimeSpan.FromMinutes(5) }, new("coap://192.0.2.2")],
    };

    /// <summary>What attributes and Sends are of.</summary>
    internal static Lwm2mPath Path { get; } = new(3303, 0, 5700);

    /// <summary>A state with something in each section, and a lifetime to know it by.</summary>
    internal static ReadOnlySpan<byte> State(long lifetime)
    {
        ObjectTree tree = new();
        ServerAccounts accounts = AccountSetup.Make(Options, tree);
        accounts.All[0].Server.Lifetime = lifetime;
        StateWriter writer = new();
        foreach (ObjectInstance instance in tree)
        {
            writer.Write(instance);
        }

        Write(writer, new StoredAttributes(1, Path, new() { MinimumPeriod = 5, GreaterThan = 30.5, Step = 0.5, Edge = true }));
        Write(writer, new StoredAttributes(2, new(3311), new() { MaximumPeriod = 60, Confirmable = true, MaximumHistoricalQueue = 3 }));
        DateTimeOffset time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        SendContent content = new(Path);
        content.Add(time, Path, 21.5).Add(time, new(3311, 0, 5850), true).Add(time, new(3303, 0, 5701), "Cel").Add(time, new(9, 0, 2), [1, 2]);
        Write(writer, new StoredSend([1, 2], null, [.. content.Values]));
        Write(writer, new StoredSend([2], Ipso.Coap.ContentFormat.SenMLJson, [Value(7) with { Ticks = 600, IsUtc = false }]));
        return writer.Written;
    }

    /// <summary>A value that is sent.</summary>
    internal static RecordedValue Value(long value) =>
        new(Path, new() { Kind = CapturedKind.Integer, Instance = -1, Bits = (ulong)value }, new DateTime(2026, 1, 2).Ticks, IsUtc: true);

    private static void Write(StateWriter writer, in StoredAttributes attributes)
    {
        SectionWriter section = new();
        attributes.WriteTo(section);
        writer.Write(StateSection.Attributes, section.Written);
    }

    private static void Write(StateWriter writer, in StoredSend send)
    {
        SectionWriter section = new();
        send.WriteTo(section);
        writer.Write(StateSection.Send, section.Written);
    }

    /// <summary>A state that is whole and makes no sense.</summary>
    internal static byte[] Nonsense(string what)
    {
        ObjectTree tree = new();
        ServerAccount account = AccountSetup.Make(Options, tree).All[0];
        StateWriter writer = new();
        switch (what)
        {
            case "anybody":
                writer.Write(StateSection.Anybody, []);
                break;
            case "empty":
                break;
            case "incomplete":
                ObjectTree blank = new();
                LWM2MSecurity nothing = (LWM2MSecurity)InstanceFactory.Of<LWM2MSecurity>().Create();
                nothing.ShortServerID = 1;
                blank.Add(nothing);
                writer.Write(nothing);
                writer.Write(account.Server);
                break;
            default:
                writer.Write(account.Security);
                break;
        }

        WriteNonsense(writer, what);
        if (what is not ("anybody" or "empty" or "incomplete" or "security alone"))
        {
            writer.Write(account.Server);
        }

        if (what == "twice")
        {
            writer.Write(account.Server);
        }

        byte[] state = writer.Written.ToArray();
        if (what == "reserved")
        {
            // The second section's Object Instance id.
            int second = StateWriter.HeaderLength + BinaryPrimitives.ReadInt32BigEndian(state.AsSpan(2));
            BinaryPrimitives.WriteUInt16BigEndian(state.AsSpan(second + StateWriter.HeaderLength + 2), Lwm2mPath.MaxId);
        }

        return what == "cut" ? state[..^3] : state;
    }

    private static void WriteNonsense(StateWriter writer, string what)
    {
        NotificationAttributes periods = new() { MinimumPeriod = 1 };
        switch (what)
        {
            case "attributes of nobody":
                Write(writer, new StoredAttributes(Lwm2mPath.MaxId, Path, periods));
                break;
            case "attributes of keys":
                Write(writer, new StoredAttributes(1, new(0, 0, 5), periods));
                break;
            case "attributes that contradict":
                Write(writer, new StoredAttributes(1, Path, new() { GreaterThan = 1, LessThan = 2 }));
                break;
            case "attributes at the wrong level":
                Write(writer, new StoredAttributes(1, new(3303, 0), new() { GreaterThan = 1 }));
                break;
            case "attributes twice":
                Write(writer, new StoredAttributes(1, new(3303), periods));
                Write(writer, new StoredAttributes(1, new(3303), periods));
                break;
            case "a Send to nobody":
                Write(writer, new StoredSend([0], null, [Value(1)]));
                break;
            case "a Send of keys":
                Write(writer, new StoredSend([1], null, [Value(1) with { Path = new(0, 0, 5) }]));
                break;
            case "a Send of the future":
                Write(writer, new StoredSend([1], null, [Value(1) with { Ticks = -1, IsUtc = false }]));
                break;
            case "a Send of no number":
                CapturedRecord record = new() { Kind = CapturedKind.Float, Instance = -1, Bits = BitConverter.DoubleToUInt64Bits(double.NaN) };
                Write(writer, new StoredSend([1], null, [Value(1) with { Value = record }]));
                break;
            default:
                break;
        }
    }

    /// <summary>Bytes with a few changes: bits, pieces that are gone, doubled or cut off.</summary>
    internal static byte[] Mutated(byte[] bytes, Random random)
    {
        List<byte> mutated = [.. bytes];
        for (int left = random.Next(1, 5); left > 0 && mutated.Count > 0; left--)
        {
            int at = random.Next(mutated.Count), length = Math.Min(random.Next(1, 40), mutated.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    // 65535 is an id that nothing has.
                    mutated[at] = mutated[Math.Min(at + 1, mutated.Count - 1)] = 0xFF;
                    break;
                case 2:
                    mutated.RemoveRange(at, length);
                    break;
                case 3:
                    mutated.InsertRange(random.Next(mutated.Count), mutated.GetRange(at, length));
                    break;
                case 4:
                    mutated.RemoveRange(at, mutated.Count - at);
                    break;
                default:
                    mutated.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. mutated];
    }
}
