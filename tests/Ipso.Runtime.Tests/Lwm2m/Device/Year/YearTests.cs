using System.Diagnostics;
using System.Globalization;
using Ipso.Coap.Engine;
using Xunit.Abstractions;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// Fifty devices and three servers over a year, with outages, partitions, losses and reboots. IPSO_YEAR=seed runs that year; IPSO_YEARS=n
/// runs the first n, for a night; IPSO_DAYS says how long a year is.
/// </summary>
public class YearTests(ITestOutputHelper output)
{
    private const int Devices = 50;
    private const int DefaultDays = 30;

    [Fact]
    public void What_was_promised_holds_over_a_year_and_no_server_is_flooded()
    {
        ulong first = Variable("IPSO_YEAR") ?? 1;
        ulong last = first + (Variable("IPSO_YEARS") ?? 1) - 1;
        int days = (int)(Variable("IPSO_DAYS") ?? DefaultDays);
        for (ulong seed = first; seed <= last; seed++)
        {
            RunYear(new(seed, days));
        }
    }

    private void RunYear(YearPlan plan)
    {
        Stopwatch watch = Stopwatch.StartNew();
        DeviceYear[] years = new DeviceYear[Devices];
        Parallel.For(0, Devices, i => years[i] = new DeviceYear(plan, i).Run());
        YearTotals totals = new();
        Array.ForEach(years, year => totals.Add(year.Totals));
        output.WriteLine($"seed {plan.Seed}, {watch.Elapsed.TotalSeconds:0.0} s: {totals}");
        for (int server = 0; server < YearPlan.Servers; server++)
        {
            // A first attempt is at the moment at which the power comes back, or what 1/x/14 says after it; none of those that follow is.
            List<Instant> retries = [.. years.SelectMany(year => year.Accounts[server].Retries).Order()];
            int most = Most(retries, seconds: 1);
            output.WriteLine($"server {server + 1}: {retries.Count} attempts after a wait, {most} in one second at most");
            Assert.True(most <= Devices / 4, $"seed {plan.Seed}: {most} devices try server {server + 1} again in one second");
        }

        string[] faults = [.. years.SelectMany(static year => year.Faults)];
        Assert.True(faults.Length == 0, string.Join('\n', faults.Take(30)));
    }

    // How many of some moments lie in one window, at most.
    private static int Most(List<Instant> moments, double seconds)
    {
        int most = 0;
        for (int from = 0, to = 0; to < moments.Count; to++)
        {
            while (moments[to] - moments[from] > TimeSpan.FromSeconds(seconds))
            {
                from++;
            }

            most = Math.Max(most, to - from + 1);
        }

        return most;
    }

    private static ulong? Variable(string name) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
}
