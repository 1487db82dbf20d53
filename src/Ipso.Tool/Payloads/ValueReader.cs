using System.Globalization;
using System.Numerics;
using System.Text;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Payloads;

/// <summary>Reads a value off a command line as its resource wants it, and holds it against the resource's range.</summary>
internal static class ValueReader
{
    /// <summary>Adds a value.</summary>
    /// <param name="values">Takes it.</param>
    /// <param name="path">Its path.</param>
    /// <param name="resource">Its resource, if that is known; else the text itself says what it is.</param>
    /// <param name="text">The value.</param>
    /// <exception cref="Fault">It is no value of the resource.</exception>
    public static void Add(ResourceWrites values, Lwm2mPath path, ResourceView? resource, string text)
    {
        switch (resource?.Definition.Kind)
        {
            case null:
                AddAsItLooks(values, path, text);
                break;
            case ResourceKind.Integer:
                values.Add(path, Integer(path, resource, text));
                break;
            case ResourceKind.UnsignedInteger:
                values.Add(path, Unsigned(path, resource, text));
                break;
            case ResourceKind.Float:
                values.Add(path, Float(path, resource, text));
                break;
            case ResourceKind.Boolean:
                bool isTrue = text is "true" or "1";
                values.Add(path, isTrue || text is "false" or "0" ? isTrue : throw Wrong(path, resource, text, "true or false"));
                break;
            case ResourceKind.String:
                DemandLength(path, resource, text, Encoding.UTF8.GetByteCount(text));
                values.Add(path, text);
                break;
            case ResourceKind.Opaque:
                byte[] bytes = text.Length == 0 ? [] : PayloadInput.TryHex(text) ?? throw Wrong(path, resource, text, "hexadecimal digits");
                DemandLength(path, resource, text, bytes.Length);
                values.Add(path, (ReadOnlyMemory<byte>)bytes);
                break;
            case ResourceKind.Time:
                values.Add(path, Time(path, resource, text));
                break;
            case ResourceKind.ObjectLink:
                bool isLink = ObjectLink.TryParse(Encoding.ASCII.GetBytes(text), out ObjectLink link);
                values.Add(path, isLink ? link : throw Wrong(path, resource, text, "a link such as 3303:0"));
                break;
            case ResourceKind.CoreLink:
                values.Add(path, new CoreLink(text));
                break;
            default:
                throw Fault.Usage($"{Name(path, resource)} is an action, and has no value");
        }
    }

    private static void AddAsItLooks(ResourceWrites values, Lwm2mPath path, string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
        {
            values.Add(path, integer);
        }
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
        {
            values.Add(path, number);
        }
        else if (bool.TryParse(text, out bool flag))
        {
            values.Add(path, flag);
        }
        else
        {
            values.Add(path, text);
        }
    }

    private static long Integer(Lwm2mPath path, ResourceView resource, string text)
    {
        string digits = ByName(resource.Definition, text) ?? text;
        bool isNumber = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number);
        return !isNumber ? throw Wrong(path, resource, text, "a whole number")
            : IsInRange(resource.Definition, number) ? number
            : throw Wrong(path, resource, text, resource.Definition.RangeText);
    }

    private static ulong Unsigned(Lwm2mPath path, ResourceView resource, string text)
    {
        string digits = ByName(resource.Definition, text) ?? text;
        bool isNumber = ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number);
        return !isNumber ? throw Wrong(path, resource, text, "a whole number from 0 on")
            : IsInRange(resource.Definition, number) ? number
            : throw Wrong(path, resource, text, resource.Definition.RangeText);
    }

    private static double Float(Lwm2mPath path, ResourceView resource, string text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
        {
            throw Wrong(path, resource, text, "a number");
        }

        bool isInRange = resource.Definition.Range is not { Subject: RangeSubject.Value } range
            || range.Intervals.Any(one => number >= Bound(one.Min) && number <= Bound(one.Max));
        return isInRange ? number : throw Wrong(path, resource, text, resource.Definition.RangeText);

        static double Bound(string digits) => double.Parse(digits, CultureInfo.InvariantCulture);
    }

    // Exact, however many digits a bound has.
    private static bool IsInRange(ResourceDefinition resource, BigInteger number)
    {
        if (resource.Range is not { Subject: RangeSubject.Value } range)
        {
            return true;
        }

        Number value = Number.TryParse(number.ToString(CultureInfo.InvariantCulture))!.Value;
        return range.Intervals.Any(one =>
            value.CompareTo(Number.TryParse(one.Min)!.Value) >= 0 && value.CompareTo(Number.TryParse(one.Max)!.Value) <= 0);
    }

    private static string? ByName(ResourceDefinition resource, string text)
    {
        string[] names = resource.Enumeration.Count == 0 ? [] : ValueNames.Of(resource.Enumeration);
        int place = Array.FindIndex(names, name => Resemblance.Plain(name) == Resemblance.Plain(text));
        return place < 0 || text.Length == 0 ? null : resource.Enumeration[place].Value;
    }

    private static DateTimeOffset Time(Lwm2mPath path, ResourceView resource, string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds) ? Seconds(path, resource, text, seconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time
        : throw Wrong(path, resource, text, "a time such as 2026-01-31T12:00:00Z, or seconds since 1970");

    private static DateTimeOffset Seconds(Lwm2mPath path, ResourceView resource, string text, long seconds)
    {
        try
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Wrong(path, resource, text, "seconds since 1970 of a year from 1 to 9999");
        }
    }

    private static void DemandLength(Lwm2mPath path, ResourceView resource, string text, int length)
    {
        bool isTaken = resource.Definition.Range switch
        {
            { Subject: RangeSubject.Words } words => words.Words.Contains(text),
            { Subject: RangeSubject.Length } lengths => lengths.Intervals.Any(one =>
                length >= BigInteger.Parse(one.Min, CultureInfo.InvariantCulture) && length <= BigInteger.Parse(one.Max, CultureInfo.InvariantCulture)),
            _ => true,
        };
        if (!isTaken)
        {
            throw Wrong(path, resource, text, resource.Definition.RangeText);
        }
    }

    private static Fault Wrong(Lwm2mPath path, ResourceView resource, string text, string expected) =>
        Fault.Usage($"{Name(path, resource)} takes {expected}, not '{text}'");

    private static string Name(Lwm2mPath path, ResourceView resource) => $"{path} ({resource.Definition.Name})";
}
