using System.Globalization;
using Ipso.Buffers;

namespace Ipso.Lwm2m;

/// <summary>
/// A moment as text (RFC 3339, 5.6), which CBOR has under tag 0: <c>2013-05-02T10:40:15Z</c>, with a fraction or an offset.
/// </summary>
internal static class DateTimeText
{
    /// <summary>No sensible one is longer: a fraction of nine digits and an offset.</summary>
    internal const int MaxLength = 40;

    private const int FractionStart = 19;

    /// <summary>Reads it as UTC ticks of 100 ns; digits of the fraction beyond them are dropped.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out long utcTicks)
    {
        utcTicks = 0;
        bool hasForm = text.Length is > FractionStart and <= MaxLength
            && text[4] == '-' && text[7] == '-' && (text[10] | 0x20) == 't' && text[13] == ':' && text[16] == ':';
        if (!hasForm
            || !TryDigits(text[..4], out int year) || !TryDigits(text[5..7], out int month) || !TryDigits(text[8..10], out int day)
            || !TryDigits(text[11..13], out int hour) || !TryDigits(text[14..16], out int minute)
            || !TryDigits(text[17..19], out int second)
            || !TryFraction(text[FractionStart..], out long fraction, out int length)
            || !TryOffset(text[(FractionStart + length)..], out int offset))
        {
            return false;
        }

        // A leap second is the first of the next minute.
        bool inRange = year >= 1 && month is >= 1 and <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 60
            && day <= DaysBefore(year, month + 1) - DaysBefore(year, month);
        if (!inRange)
        {
            return false;
        }

        int minutes = hour * 60 + minute - offset;
        long ticks = (DaysBefore(year, month) + day - 1) * TimeSpan.TicksPerDay + minutes * TimeSpan.TicksPerMinute
            + second * TimeSpan.TicksPerSecond + fraction;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        utcTicks = ticks;
        return true;
    }

    /// <summary>Writes it in UTC and whole seconds. The platform's formats bring its calendars and time zones into a native program.</summary>
    internal static string Format(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        // 20260102030405, and a one before it for the zeros.
        long date = (utc.Year * 100 + utc.Month) * 100 + utc.Day;
        long digits = ((date * 100 + utc.Hour) * 100 + utc.Minute) * 100 + utc.Second + 100_000_000_000_000;
        string text = digits.ToString(CultureInfo.InvariantCulture);
        return Phrase.Of($"{text[1..5]}-{text[5..7]}-{text[7..9]}T{text[9..11]}:{text[11..13]}:{text[13..]}Z");
    }

    // From the year 1 on; the 13th month is the first of the next year. In a year that begins with March, February's length is no matter.
    // The platform's dates bring their exceptions into a native program.
    private static long DaysBefore(int year, int month)
    {
        int months = year * 12 + month - 3;
        (year, month) = (months / 12, months % 12);
        return year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 - 306;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, out long ticks, out int length)
    {
        ticks = 0;
        length = 0;
        if (text[0] != '.')
        {
            return true;
        }

        long unit = TimeSpan.TicksPerSecond;
        for (length = 1; length < text.Length && text[length] is >= (byte)'0' and <= (byte)'9'; length++)
        {
            unit /= 10;
            ticks += (text[length] - '0') * unit;
        }

        return length > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text is [(byte)'Z' or (byte)'z'])
        {
            return true;
        }

        if (text is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _]
            || !TryDigits(text[1..3], out int hour) || !TryDigits(text[4..6], out int minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        minutes = hour * 60 + minute;
        minutes = text[0] == '-' ? -minutes : minutes;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte b in text)
        {
            if (b is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = value * 10 + b - '0';
        }

        return true;
    }
}
