using System.Collections.Frozen;
using Ipso.Lwm2m.Model;

namespace Ipso.Testing.Fleets;

/// <summary>The values that a number of the real world usually has.</summary>
/// <param name="Low">The lowest.</param>
/// <param name="High">The highest; at least <paramref name="Low"/>.</param>
/// <param name="Step">How far it goes at most from one reading to the next; more than 0.</param>
/// <param name="Grows">Whether it counts upwards, and begins anew at the top.</param>
internal readonly record struct PlausibleRange(double Low, double High, double Step, bool Grows = false)
{
    // Beyond it a double skips integers.
    private const double MaxExact = 1L << 53;

    private static readonly PlausibleRange s_unknown = new(0, 100, 1);

    // What the reusable resources of IPSO are, whatever object they stand in.
    private static readonly FrozenDictionary<ushort, PlausibleRange> s_byResource = new Dictionary<ushort, PlausibleRange>
    {
        [5501] = new(0, 1_000_000_000, 3, Grows: true),
        [5517] = new(0, 30, 0.2),
        [5600] = new(0, 1, 0.01),
        [5650] = new(0, 1, 0.01),
        [5702] = new(-10, 10, 0.1),
        [5703] = new(-10, 10, 0.1),
        [5704] = new(-10, 10, 0.1),
        [5820] = new(0.8, 1, 0.005),
        [5821] = new(0, 1, 0.01),
        [5852] = new(0, 86_400, 10, Grows: true),
        [5854] = new(0, 86_400, 10, Grows: true),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, PlausibleRange> s_byUnit = new Dictionary<string, PlausibleRange>
    {
        ["Cel"] = new(15, 30, 0.2),
        ["K"] = new(288, 303, 0.2),
        ["%RH"] = new(30, 70, 0.5),
        ["lx"] = new(0, 2000, 20),
        ["lm"] = new(0, 1000, 10),
        ["cd"] = new(0, 500, 5),
        ["V"] = new(3, 3.6, 0.01),
        ["mV"] = new(3000, 3600, 10),
        ["A"] = new(0, 10, 0.1),
        ["mA"] = new(0, 500, 5),
        ["W"] = new(0, 2000, 20),
        ["kW"] = new(0, 20, 0.2),
        ["VA"] = new(0, 2000, 20),
        ["var"] = new(0, 500, 5),
        ["Wh"] = new(0, 100_000_000, 5, Grows: true),
        ["kWh"] = new(0, 100_000, 0.1, Grows: true),
        ["varh"] = new(0, 100_000_000, 5, Grows: true),
        ["J"] = new(0, 1_000_000_000, 500, Grows: true),
        ["Pa"] = new(98_000, 104_000, 20),
        ["hPa"] = new(980, 1040, 0.2),
        ["kPa"] = new(98, 104, 0.02),
        ["bar"] = new(0.9, 6, 0.02),
        ["m"] = new(0, 100, 0.5),
        ["cm"] = new(0, 400, 2),
        ["mm"] = new(0, 4000, 20),
        ["km"] = new(0, 50, 0.2),
        ["m/s"] = new(0, 10, 0.1),
        ["km/h"] = new(0, 100, 1),
        ["m/s2"] = new(-10, 10, 0.1),
        ["deg"] = new(0, 360, 2),
        ["rad"] = new(0, 6.28, 0.03),
        ["rad/s"] = new(-3, 3, 0.05),
        ["lat"] = new(-60, 60, 0.0001),
        ["lon"] = new(-180, 180, 0.0001),
        ["dB"] = new(30, 70, 0.5),
        ["dBm"] = new(-110, -70, 1),
        ["dBW"] = new(-120, -90, 1),
        ["B"] = new(0, 1_000_000, 1000),
        ["KB"] = new(0, 1024, 4),
        ["bit/s"] = new(0, 250_000, 1000),
        ["s"] = new(0, 3600, 5),
        ["ms"] = new(0, 1000, 5),
        ["min"] = new(0, 120, 1),
        ["h"] = new(0, 24, 0.1),
        ["/100"] = new(0, 100, 1),
        ["%"] = new(0, 100, 1),
        ["%EL"] = new(20, 100, 0.1),
        ["/"] = new(0, 1, 0.01),
        ["Hz"] = new(49.9, 50.1, 0.01),
        ["1/min"] = new(0, 3000, 20),
        ["beat/min"] = new(55, 110, 1),
        ["pH"] = new(6, 8, 0.02),
        ["S/m"] = new(0, 5, 0.02),
        ["g"] = new(0, 1000, 5),
        ["kg"] = new(0, 100, 0.5),
        ["l"] = new(0, 100, 0.5),
        ["m3"] = new(0, 100_000, 0.05, Grows: true),
        ["l/s"] = new(0, 10, 0.1),
        ["m3/s"] = new(0, 1, 0.01),
        ["ppm"] = new(400, 1200, 5),
        ["T"] = new(-0.0001, 0.0001, 0.000001),
        ["N"] = new(0, 100, 1),
        ["Ohm"] = new(0, 10_000, 50),
    }.ToFrozenDictionary();

    // Objects whose resources name no unit: the device says which one it has (5701).
    private static readonly FrozenDictionary<ushort, string> s_unitOfObject = new Dictionary<ushort, string>
    {
        [3300] = "/100",
        [3301] = "lx",
        [3303] = "Cel",
        [3304] = "%RH",
        [3305] = "W",
        [3308] = "Cel",
        [3313] = "m/s2",
        [3314] = "T",
        [3315] = "Pa",
        [3316] = "V",
        [3317] = "A",
        [3318] = "Hz",
        [3319] = "m",
        [3320] = "/100",
        [3321] = "m",
        [3322] = "kg",
        [3323] = "Pa",
        [3324] = "dB",
        [3325] = "ppm",
        [3326] = "pH",
        [3327] = "S/m",
        [3328] = "W",
        [3329] = "/",
        [3330] = "m",
        [3331] = "Wh",
        [3332] = "deg",
    }.ToFrozenDictionary();

    /// <summary>The unit that a device would give the values of an object (5701), by its SenML symbol; null where there is none to
    /// guess.</summary>
    internal static string? UnitOf(ObjectInfo definition) => s_unitOfObject.GetValueOrDefault(definition.ObjectId);

    /// <summary>What is usual for a resource, cut to what it takes.</summary>
    /// <param name="resource">A resource of a numeric type.</param>
    /// <param name="unit">The unit of its object, where the resource names none.</param>
    /// <param name="random">Chooses where the resource takes several intervals.</param>
    internal static PlausibleRange Of(ResourceInfo resource, string? unit, SeededRandom random)
    {
        if (!s_byResource.TryGetValue(resource.Id, out PlausibleRange usual)
            && !s_byUnit.TryGetValue(resource.Unit?.Symbol ?? (IsMeasured(resource) ? unit : null) ?? "", out usual))
        {
            usual = s_unknown;
        }

        PlausibleRange range = resource.Range switch
        {
            NumericRange<double> floats => usual.Within(floats.Intervals, static end => end, random),
            NumericRange<long> integers => usual.Within(integers.Intervals, static end => end, random),
            NumericRange<ulong> integers => usual.Within(integers.Intervals, static end => end, random),
            _ => usual,
        };
        return resource.Type == ResourceType.Float ? range : range.OfIntegers(resource.Type == ResourceType.UnsignedInteger);
    }

    // Of the reusable resources those that a sensor or actuator has its value in.
    private static bool IsMeasured(ResourceInfo resource) => resource.Id is 5600 or 5700 or 5900;

    private PlausibleRange Within<T>(IReadOnlyList<Interval<T>> intervals, Func<T, double> toDouble, SeededRandom random)
        where T : struct, IComparable<T>, IFormattable
    {
        List<PlausibleRange> usual = [];
        foreach (Interval<T> interval in intervals)
        {
            double low = Math.Max(Low, toDouble(interval.Min));
            double high = Math.Min(High, toDouble(interval.Max));
            if (low <= high)
            {
                usual.Add(this with { Low = low, High = high });
            }
        }

        if (usual.Count > 0)
        {
            return usual[random.Next(usual.Count)];
        }

        // None of the usual ones: the first that it takes.
        double first = toDouble(intervals[0].Min);
        return this with { Low = first, High = Math.Min(toDouble(intervals[0].Max), first + 100) };
    }

    private PlausibleRange OfIntegers(bool isUnsigned)
    {
        double low = Math.Ceiling(Math.Max(Low, isUnsigned ? 0 : -MaxExact));
        double high = Math.Floor(Math.Min(High, MaxExact));
        return this with { Low = low, High = Math.Max(low, high), Step = Math.Max(Step, 1) };
    }
}
