using System.Globalization;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Testing.Fleets;

/// <summary>
/// An Object Instance with plausible values, which move: each readable resource that has no value gets one of its type, range and unit, by a
/// seed. Readings walk, meters and counters grow, states flip now and then, the extremes (5601, 5602) and the time (5518, 6050) follow.
/// </summary>
/// <remarks>
/// What the program has set before stays, and is where a reading begins. What a server may write stays as it is. It may belong to a device
/// that runs: values are set as any program sets them. For one thread at a time.
/// </remarks>
/// <example>
/// <code>
/// SimulatedObject sensor = new(new Temperature { SensorValue = 21.5 }, new SeededRandom(1), TimeProvider.System.GetUtcNow());
/// sensor.Move(TimeProvider.System.GetUtcNow());
/// </code>
/// </example>
public sealed class SimulatedObject
{
    private const int Instances = 2;
    private const double FlipChance = 0.05;

    private readonly SeededRandom _random;
    private readonly ObjectInfo _definition;
    private readonly string? _unit;
    private readonly List<Moving> _moving = [];
    private readonly byte[] _text = new byte[256];

    /// <summary>Gives an Object Instance the values that it lacks.</summary>
    /// <param name="instance">The Object Instance, of any generated class.</param>
    /// <param name="random">Where its values come from. It belongs to this object from now on.</param>
    /// <param name="now">What a calendar shows.</param>
    public SimulatedObject(ObjectInstance instance, SeededRandom random, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(random);
        Instance = instance;
        _random = random;
        _definition = instance.Definition;
        _unit = TryGetText(PathOf(5701), out ReadOnlySpan<byte> unit) ? Encoding.UTF8.GetString(unit) : PlausibleRange.UnitOf(_definition);
        using (instance.BeginUpdate())
        {
            // What others follow comes first.
            foreach (ResourceInfo resource in _definition.Resources)
            {
                if (!IsFollower(resource.Id))
                {
                    Fill(resource, now);
                }
            }

            foreach (ResourceInfo resource in _definition.Resources)
            {
                if (IsFollower(resource.Id))
                {
                    Fill(resource, now);
                }
            }
        }
    }

    /// <summary>The Object Instance.</summary>
    public ObjectInstance Instance { get; }

    /// <summary>Moves all that moves by a step. Observers hear of it once.</summary>
    /// <param name="now">What a calendar shows.</param>
    public void Move(DateTimeOffset now)
    {
        using (Instance.BeginUpdate())
        {
            foreach (Moving moving in _moving)
            {
                Move(moving, now);
            }
        }
    }

    private void Fill(ResourceInfo resource, DateTimeOffset now)
    {
        if (resource.Type == ResourceType.None || !resource.IsReadable)
        {
            return;
        }

        Lwm2mPath path = PathOf(resource.Id);
        bool isSet = IsPresent(path);
        if (resource.IsMultiple)
        {
            for (ushort i = 0; i < Instances && !isSet; i++)
            {
                Fill(resource, path.Append(i), now);
            }

            return;
        }

        Moving? moving = isSet ? Follow(resource, path) : Fill(resource, path, now);
        if (moving is not null && !resource.IsWritable)
        {
            _moving.Add(moving);
        }
    }

    // Where a value that the program has set goes on from.
    private Moving? Follow(ResourceInfo resource, Lwm2mPath path)
    {
        if (FollowedBy(resource.Id) is not null)
        {
            return null;
        }

        if (resource.Type is ResourceType.Float or ResourceType.Integer or ResourceType.UnsignedInteger)
        {
            PlausibleRange range = PlausibleRange.Of(resource, _unit, _random);
            return TryGetNumber(path, out double value) && value >= range.Low && value <= range.High ? Numeric(resource, path, range, value) : null;
        }

        return resource.Type is ResourceType.Boolean or ResourceType.Time ? new Moving(resource, path) : null;
    }

    private Moving? Fill(ResourceInfo resource, Lwm2mPath path, DateTimeOffset now)
    {
        switch (resource.Type)
        {
            case ResourceType.Float or ResourceType.Integer or ResourceType.UnsignedInteger:
                return FillNumber(resource, path, now);
            case ResourceType.Boolean:
                SetText(path, _random.Chance(0.5) ? "1" : "0");
                return new Moving(resource, path);
            case ResourceType.Time:
                // When things happened some time ago; the time of the reading is now, as that of the device.
                bool isNow = IsClock(resource);
                SetNumber(path, (isNow ? now : now - _random.Next(TimeSpan.Zero, TimeSpan.FromDays(30))).ToUnixTimeSeconds(), decimals: 0);
                return isNow ? new Moving(resource, path) : null;
            case ResourceType.String:
                SetText(path, PlausibleText.Of(_definition, resource, _unit, _random));
                return null;
            case ResourceType.Opaque:
                Set(path, ContentFormat.OctetStream, PlausibleText.Bytes(resource, _random));
                return null;
            case ResourceType.ObjectLink:
                // To nothing, which is there on every device.
                SetText(path, "65535:65535");
                return null;
            case ResourceType.CoreLink:
                SetText(path, string.Create(CultureInfo.InvariantCulture, $"</{_definition.ObjectId}>"));
                return null;
            default:
                return null;
        }
    }

    private Moving? FillNumber(ResourceInfo resource, Lwm2mPath path, DateTimeOffset now)
    {
        if (resource.Id == 6050)
        {
            SetNumber(path, FractionOf(now), decimals: 3);
            return new Moving(resource, path);
        }

        if (FollowedBy(resource.Id) is { } followed)
        {
            FillFollower(resource, path, followed);
            return null;
        }

        PlausibleRange range = PlausibleRange.Of(resource, _unit, _random);
        double value = range.Low + ((range.High - range.Low) * _random.NextDouble());
        if (range.Grows)
        {
            // A meter that has not run for ever.
            value = range.Low + (Math.Min(range.High - range.Low, range.Step * 1000) * _random.NextDouble());
        }

        Moving moving = Numeric(resource, path, range, value);
        SetNumber(path, moving.Value, moving.Decimals);
        return moving.Range.Grows || resource.Type == ResourceType.Float || resource.Unit is not null ? moving : null;
    }

    // The ends of a measuring range, and the extremes, of which a value that has just begun is both.
    private void FillFollower(ResourceInfo resource, Lwm2mPath path, (ushort Id, bool IsLow, bool IsExtreme) followed)
    {
        int index = _definition.IndexOf(followed.Id);
        ResourceInfo measured = index < 0 ? resource : _definition.Resources[index];
        PlausibleRange range = PlausibleRange.Of(measured, _unit, _random);
        double end = followed.IsLow ? range.Low : range.High;
        double value = followed.IsExtreme && TryGetNumber(PathOf(followed.Id), out double reading) ? reading : end;
        SetNumber(path, value, DecimalsOf(resource, range.Step));
    }

    private static Moving Numeric(ResourceInfo resource, Lwm2mPath path, PlausibleRange range, double value)
    {
        int decimals = DecimalsOf(resource, range.Step);
        return new Moving(resource, path) { Range = range, Decimals = decimals, Value = Round(value, range, decimals) };
    }

    private void Move(Moving moving, DateTimeOffset now)
    {
        if (moving.Resource.Type == ResourceType.Time)
        {
            SetNumber(moving.Path, now.ToUnixTimeSeconds(), decimals: 0);
        }
        else if (moving.Resource.Id == 6050)
        {
            SetNumber(moving.Path, FractionOf(now), decimals: 3);
        }
        else if (moving.Resource.Type == ResourceType.Boolean)
        {
            if (_random.Chance(FlipChance) && TryGetText(moving.Path, out ReadOnlySpan<byte> state))
            {
                SetText(moving.Path, state is [(byte)'1'] ? "0" : "1");
            }
        }
        else
        {
            moving.Value = Round(Step(moving), moving.Range, moving.Decimals);
            SetNumber(moving.Path, moving.Value, moving.Decimals);
            KeepExtremes(moving);
        }
    }

    private double Step(Moving moving)
    {
        PlausibleRange range = moving.Range;
        double step = range.Step * _random.NextDouble();
        if (range.Grows)
        {
            double grown = moving.Value + step;
            return grown > range.High ? range.Low : grown;
        }

        // Off an edge it comes back.
        double value = moving.Value + (_random.Chance(0.5) ? step : -step);
        return value < range.Low ? (2 * range.Low) - value : value > range.High ? (2 * range.High) - value : value;
    }

    // A server may have begun them anew (5605), so they are looked at, not remembered.
    private void KeepExtremes(Moving moving)
    {
        foreach (ResourceInfo resource in _definition.Resources)
        {
            if (FollowedBy(resource.Id) is { IsExtreme: true } followed && followed.Id == moving.Resource.Id
                && TryGetNumber(PathOf(resource.Id), out double extreme)
                && (followed.IsLow ? moving.Value < extreme : moving.Value > extreme))
            {
                SetNumber(PathOf(resource.Id), moving.Value, moving.Decimals);
            }
        }
    }

    private bool IsFollower(ushort id) => FollowedBy(id) is not null;

    /// <summary>Which reading a resource is the lowest or highest of, or ends the measuring range of.</summary>
    private (ushort Id, bool IsLow, bool IsExtreme)? FollowedBy(ushort id) => id switch
    {
        >= 5601 and <= 5604 => (Measured, id is 5601 or 5603, id <= 5602),
        >= 5508 and <= 5513 => ((ushort)(5702 + ((id - 5508) / 2)), id % 2 == 0, true),
        >= 5801 and <= 5804 => (5800, id is 5801 or 5803, id <= 5802),
        >= 5811 and <= 5814 => (5810, id is 5811 or 5813, id <= 5812),
        5519 or 5520 => (5536, id == 5519, false),
        _ => null,
    };

    private ushort Measured => _definition.IndexOf(5700) >= 0 ? (ushort)5700 : _definition.IndexOf(5600) >= 0 ? (ushort)5600 : (ushort)5650;

    private bool IsClock(ResourceInfo resource) => resource.Id is 5506 or 5518 || (_definition.ObjectId == 3 && resource.Id == 13);

    private static double FractionOf(DateTimeOffset now) => now.Millisecond / 1000.0;

    private static int DecimalsOf(ResourceInfo resource, double step) =>
        resource.Type == ResourceType.Float ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(step)), 0, 9) : 0;

    // To what a sensor would say, unless that is beyond what the resource takes.
    private static double Round(double value, in PlausibleRange range, int decimals) =>
        Math.Clamp(Math.Round(value, decimals), range.Low, range.High);

    // Within the Object Instance, whatever its id is to be.
    private Lwm2mPath PathOf(ushort resourceId) => new(_definition.ObjectId, 0, resourceId);

    private bool IsPresent(Lwm2mPath path) =>
        Representation.Write([Instance], path, ContentFormat.PlainText, _text, out _) != RepresentationResult.Absent;

    private bool TryGetText(Lwm2mPath path, out ReadOnlySpan<byte> text)
    {
        bool isThere = Representation.Write([Instance], path, ContentFormat.PlainText, _text, out int length) == RepresentationResult.Written;
        text = _text.AsSpan(0, length);
        return isThere;
    }

    private bool TryGetNumber(Lwm2mPath path, out double value)
    {
        value = 0;
        return TryGetText(path, out ReadOnlySpan<byte> text) && double.TryParse(text, CultureInfo.InvariantCulture, out value);
    }

    private void SetText(Lwm2mPath path, string text) => Set(path, ContentFormat.PlainText, Encoding.UTF8.GetBytes(text));

    private void SetNumber(Lwm2mPath path, double value, int decimals)
    {
        Span<byte> text = stackalloc byte[64];
        // A bound of the resource's may have more digits than a sensor's value.
        _ = Math.Round(value, decimals) == value
            ? value.TryFormat(text, out int length, decimals == 0 ? "0" : "0.#########", CultureInfo.InvariantCulture)
            : value.TryFormat(text, out length, default, CultureInfo.InvariantCulture);
        Set(path, ContentFormat.PlainText, text[..length]);
    }

    // As a report of the device on itself: the one way to set a resource of a class that nobody knows here, read-only ones too. It checks type
    // and range as setters do.
    private void Set(Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload)
    {
        if (!Representation.TryRead(Instance, path, format, payload, ReadMode.Mirror, out PayloadError error))
        {
            throw new InvalidOperationException($"No plausible value for {path}: {error}");
        }
    }

    private sealed class Moving(ResourceInfo resource, Lwm2mPath path)
    {
        internal ResourceInfo Resource { get; } = resource;

        internal Lwm2mPath Path { get; } = path;

        internal PlausibleRange Range { get; init; }

        internal int Decimals { get; init; }

        internal double Value { get; set; }
    }
}
