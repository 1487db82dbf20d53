namespace Ipso.Lwm2m;

/// <summary>
/// The Time type: seconds since 1970-01-01T00:00:00Z, negative before (LwM2M TS Core, Appendix C). In memory it is a count of UTC ticks
/// of 100 ns, one word, so that a reader never sees half of a value.
/// </summary>
internal static class Lwm2mTime
{
    private const long UnixEpochTicks = 621_355_968_000_000_000;
    private const long MinUnixSeconds = -62_135_596_800;
    private const long MaxUnixSeconds = 253_402_300_799;

    internal static DateTimeOffset ToDateTimeOffset(long utcTicks) => new(utcTicks, TimeSpan.Zero);

    // The type is an integer on the wire: a fraction is rounded down, so that a time never lies in the future of its measurement.
    internal static long ToUnixSeconds(long utcTicks) => utcTicks / TimeSpan.TicksPerSecond - UnixEpochTicks / TimeSpan.TicksPerSecond;

    /// <summary>Seconds with their fraction, as a time beside a value has them.</summary>
    internal static double ToUnixSecondsWithFraction(long utcTicks) => (utcTicks - UnixEpochTicks) / (double)TimeSpan.TicksPerSecond;

    internal static bool TryFromUnixSeconds(long seconds, out long utcTicks)
    {
        bool inRange = seconds is >= MinUnixSeconds and <= MaxUnixSeconds;
        utcTicks = inRange ? seconds * TimeSpan.TicksPerSecond + UnixEpochTicks : 0;
        return inRange;
    }

    internal static bool TryFromUnixSeconds(double seconds, out long utcTicks)
    {
        bool inRange = seconds is >= MinUnixSeconds and <= MaxUnixSeconds;
        utcTicks = 0;
        if (!inRange)
        {
            return false;
        }

        double whole = Math.Floor(seconds);
        utcTicks = (long)whole * TimeSpan.TicksPerSecond + (long)Math.Round((seconds - whole) * TimeSpan.TicksPerSecond) + UnixEpochTicks;
        return true;
    }
}
