using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Coap;

/// <summary>Servers over TCP: their time for a request.</summary>
internal static class TcpContest
{
    internal static void Run(ServerFleet fleet, bool isQuick)
    {
        if (fleet.Libcoap is null)
        {
            return;
        }

        TimeSpan sample = TimeSpan.FromMilliseconds(isQuick ? 250 : 500);
        using TcpLoadGenerator ourLoad = new(fleet.Tcp.Address, "time");
        using TcpLoadGenerator theirLoad = new(fleet.Libcoap.Address, "time");
        Tournament tournament = new();
        Contestant ours = tournament.Add(new Served("tcp", fleet.Tcp, ourLoad, sample));
        Contestant theirs = tournament.Add(new Served("libcoap-tcp", fleet.Libcoap, theirLoad, sample));
        tournament.Run(TimeSpan.FromSeconds(isQuick ? 5 : 25));
        foreach (Contestant contestant in tournament.Contestants)
        {
            Console.WriteLine($"FIGURE coap.{contestant.Name}.cpu {contestant.Nanoseconds:0} ns/request");
        }

        Console.WriteLine($"RATIO coap.tcp.vs-libcoap {theirs.RatioTo(ours):0.00}");
        long allocated = fleet.Tcp.AllocatedBytes();
        long answered = ourLoad.Run(200_000, TimeSpan.MaxValue);
        Console.WriteLine($"FIGURE coap.tcp.allocated {(double)(fleet.Tcp.AllocatedBytes() - allocated) / answered:0.00} B/request");
    }
}
