using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>What a server does to its devices for a while.</summary>
internal enum OutageKind
{
    /// <summary>It cannot be reached, and remembers everything.</summary>
    Silent,

    /// <summary>It is down, and has forgotten everything when it is back.</summary>
    Forgetful,

    /// <summary>It answers whatever comes with 5.03.</summary>
    Refusing,

    /// <summary>Its name has no address.</summary>
    Nameless,
}

/// <summary>A server is out of order for a while.</summary>
internal sealed record Outage(int Server, TimeSpan From, TimeSpan Length, OutageKind Kind);

/// <summary>
/// What a seed makes of a year, the same for all devices: when servers are out of order, for minutes to days, and when there is no power. The
/// last days are calm, so that all that was promised can be kept.
/// </summary>
internal sealed class YearPlan
{
    /// <summary>How many servers there are.</summary>
    internal const int Servers = 3;

    /// <summary>How long before the end nothing happens any more but that values change.</summary>
    internal static readonly TimeSpan Calm = TimeSpan.FromDays(4);

    internal YearPlan(ulong seed, int days)
    {
        Seed = seed;
        End = TimeSpan.FromDays(days);
        SeededRandom random = new(seed);
        for (int server = 0; server < Servers; server++)
        {
            for (TimeSpan from = Days(random, 2, 9); ; from += Days(random, 4, 20))
            {
                TimeSpan length = random.Next(4) switch
                {
                    0 => random.Next(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)),
                    1 => random.Next(TimeSpan.FromMinutes(10), TimeSpan.FromHours(2)),
                    2 => random.Next(TimeSpan.FromHours(2), TimeSpan.FromDays(1)),
                    _ => Days(random, 1, 4),
                };
                if (from + length > End - Calm)
                {
                    break;
                }

                Outages.Add(new(server, from, length, (OutageKind)random.Next(4)));
                from += length;
            }
        }

        for (TimeSpan at = Days(random, 5, 25); at < End - Calm; at += Days(random, 20, 60))
        {
            // When all come at once, one server has too much of it for a while.
            PowerCuts.Add(at);
            Outages.Add(new(0, at, TimeSpan.FromMinutes(20), OutageKind.Refusing));
        }
    }

    internal ulong Seed { get; }

    internal TimeSpan End { get; }

    /// <summary>The outages; those of one server may overlap.</summary>
    internal List<Outage> Outages { get; } = [];

    /// <summary>When all devices lose power at once.</summary>
    internal List<TimeSpan> PowerCuts { get; } = [];

    internal static TimeSpan Days(SeededRandom random, int from, int to) => random.Next(TimeSpan.FromDays(from), TimeSpan.FromDays(to));
}
