using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Device;

/// <summary>The notification attributes that a server has assigned at a path, as they are stored.</summary>
/// <param name="Server">The Short Server ID.</param>
/// <param name="Path">The path.</param>
/// <param name="Values">The attributes.</param>
internal readonly record struct StoredAttributes(ushort Server, Lwm2mPath Path, NotificationAttributes Values)
{
    private const NotificationAttributeNames OfPeriods = NotificationAttributeNames.MinimumPeriod
        | NotificationAttributeNames.MaximumPeriod | NotificationAttributeNames.MinimumEvaluationPeriod
        | NotificationAttributeNames.MaximumEvaluationPeriod | NotificationAttributeNames.MaximumHistoricalQueue;

    private const NotificationAttributeNames OfNumbers =
        NotificationAttributeNames.GreaterThan | NotificationAttributeNames.LessThan | NotificationAttributeNames.Step;

    private const NotificationAttributeNames OfFlags = NotificationAttributeNames.Edge | NotificationAttributeNames.Confirmable;

    private const NotificationAttributeNames OfValues = OfNumbers | NotificationAttributeNames.Edge;

    /// <summary>Writes the content of a section: server, path, which there are, and their values in the order of their bits.</summary>
    internal void WriteTo(SectionWriter section)
    {
        section.UInt16(Server);
        section.Path(Path);
        NotificationAttributeNames names = NotificationAttributeNames.None;
        for (int bit = 0; bit < 16; bit++)
        {
            NotificationAttributeNames name = (NotificationAttributeNames)(1 << bit);
            names |= Get(Values, name) is null ? NotificationAttributeNames.None : name;
        }

        section.UInt16((ushort)names);
        for (int bit = 0; bit < 16; bit++)
        {
            if (Get(Values, (NotificationAttributeNames)(1 << bit)) is { } value)
            {
                section.Int64(value);
            }
        }
    }

    /// <summary>Reads the content of a section.</summary>
    /// <param name="content">Anything.</param>
    /// <param name="stored">The attributes.</param>
    /// <returns>What is wrong, in words; <see langword="null"/> where nothing is.</returns>
    internal static string? Read(ReadOnlySpan<byte> content, out StoredAttributes stored)
    {
        SectionReader reader = new(content);
        ushort server = reader.UInt16();
        if (!reader.TryReadPath(out Lwm2mPath path, minDepth: 1) || server == Lwm2mPath.MaxId)
        {
            stored = default;
            return "attributes without a server, or a path that has any";
        }

        NotificationAttributeNames names = (NotificationAttributeNames)reader.UInt16();
        NotificationAttributes values = default;
        bool isSound = names != NotificationAttributeNames.None && (path.Depth >= 3 || (names & OfValues) == 0);
        for (int bit = 0; bit < 16; bit++)
        {
            NotificationAttributeNames name = (NotificationAttributeNames)(1 << bit);
            isSound &= (names & name) == 0 || TrySet(ref values, name, reader.Int64());
        }

        stored = new(server, path, values);
        return isSound && values.IsConsistent && !reader.IsCutShort && reader.IsAtEnd ? null : $"the attributes at {path} are none";
    }

    // As one word; null where it is not assigned.
    private static long? Get(in NotificationAttributes values, NotificationAttributeNames name) => name switch
    {
        NotificationAttributeNames.MinimumPeriod => values.MinimumPeriod,
        NotificationAttributeNames.MaximumPeriod => values.MaximumPeriod,
        NotificationAttributeNames.MinimumEvaluationPeriod => values.MinimumEvaluationPeriod,
        NotificationAttributeNames.MaximumEvaluationPeriod => values.MaximumEvaluationPeriod,
        NotificationAttributeNames.MaximumHistoricalQueue => values.MaximumHistoricalQueue,
        NotificationAttributeNames.GreaterThan => Bits(values.GreaterThan),
        NotificationAttributeNames.LessThan => Bits(values.LessThan),
        NotificationAttributeNames.Step => Bits(values.Step),
        NotificationAttributeNames.Edge => Bit(values.Edge),
        NotificationAttributeNames.Confirmable => Bit(values.Confirmable),
        _ => null,
    };

    private static long? Bits(double? value) => value is { } number ? BitConverter.DoubleToInt64Bits(number) : null;

    private static long? Bit(bool? value) => value is { } flag ? flag ? 1 : 0 : null;

    // Whether it is an attribute, and has a value that a server can have assigned.
    private static bool TrySet(ref NotificationAttributes values, NotificationAttributeNames name, long word)
    {
        double number = BitConverter.Int64BitsToDouble(word);
        bool flag = word == 1;
        values = name switch
        {
            NotificationAttributeNames.MinimumPeriod => values with { MinimumPeriod = word },
            NotificationAttributeNames.MaximumPeriod => values with { MaximumPeriod = word },
            NotificationAttributeNames.MinimumEvaluationPeriod => values with { MinimumEvaluationPeriod = word },
            NotificationAttributeNames.MaximumEvaluationPeriod => values with { MaximumEvaluationPeriod = word },
            NotificationAttributeNames.MaximumHistoricalQueue => values with { MaximumHistoricalQueue = word },
            NotificationAttributeNames.GreaterThan => values with { GreaterThan = number },
            NotificationAttributeNames.LessThan => values with { LessThan = number },
            NotificationAttributeNames.Step => values with { Step = number },
            NotificationAttributeNames.Edge => values with { Edge = flag },
            NotificationAttributeNames.Confirmable => values with { Confirmable = flag },
            _ => values,
        };
        return (name & OfPeriods) != 0 ? word >= 0
            : (name & OfNumbers) != 0 ? double.IsFinite(number) && (name != NotificationAttributeNames.Step || number > 0)
            : (name & OfFlags) != 0 && word is 0 or 1;
    }
}
