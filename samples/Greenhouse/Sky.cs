using System.Diagnostics;

namespace Greenhouse;

/// <summary>The time of day, which goes faster than outside, and the light that comes with it.</summary>
/// <param name="day">How long a day takes.</param>
internal sealed class Sky(TimeSpan day)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    internal TimeSpan Day => day;

    /// <summary>It begins at six in the morning.</summary>
    internal TimeOnly Time => new(TimeSpan.FromHours((6 + (24 * (Stopwatch.GetElapsedTime(_start) / day))) % 24).Ticks);

    internal bool IsDay => Time.Hour is >= 5 and < 22;

    /// <summary>In lux, from six to eight in the evening, with the sun highest at one o'clock.</summary>
    internal double Light
    {
        get
        {
            double fromNoon = Time.ToTimeSpan().TotalHours - 13;
            return Math.Abs(fromNoon) < 7 ? Math.Round(Math.Cos(fromNoon / 14 * Math.PI) * 20_000) : 0;
        }
    }
}
