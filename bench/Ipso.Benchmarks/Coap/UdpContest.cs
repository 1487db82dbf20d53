using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Coap;

/// <summary>Servers over UDP: their time for a request, and their memory under many clients and under junk.</summary>
internal static class UdpContest
{
    private const int Endpoints = 10_000;
    private const int WarmRequests = 200_000;
    private const int Junk = 500_000;

    internal static void Run(ServerFleet fleet, bool isQuick)
    {
        TimeSpan sample = TimeSpan.FromMilliseconds(isQuick ? 250 : 500);
        Tournament tournament = new();
        List<LoadGenerator> generators = [];
        Contestant ours = Add("plain", fleet.Plain);
        Contestant oursBatched = Add("batched", fleet.Batched);
        Contestant oursSegmented = Add("segmented", fleet.Segmented, isSegmented: true);
        Contestant bare = Add("echo", fleet.Echo, isEcho: true);
        Contestant bareBatched = Add("echo-batched", fleet.EchoBatched, isEcho: true);
        Contestant bareSegmented = Add("echo-segmented", fleet.EchoSegmented, isEcho: true, isSegmented: true);
        Contestant? theirs = fleet.Libcoap is null ? null : Add("libcoap", fleet.Libcoap);
        Contestant? theirsSegmented = fleet.Libcoap is null ? null : Add("libcoap-segmented", fleet.Libcoap, isSegmented: true);
        int rounds = tournament.Run(TimeSpan.FromSeconds(isQuick ? 12 : 60));
        generators.ForEach(static generator => generator.Dispose());

        Console.WriteLine($"# Medians over {rounds} rounds.");
        foreach (Contestant contestant in tournament.Contestants)
        {
            Console.WriteLine($"FIGURE coap.{contestant.Name}.cpu {contestant.Nanoseconds:0} ns/request");
        }

        if (theirs is null || theirsSegmented is null)
        {
            Console.WriteLine("# coap.*.vs-libcoap: coap-server-notls is missing; apt-get install libcoap3-bin brings it.");
        }
        else
        {
            Console.WriteLine($"RATIO coap.plain.vs-libcoap {theirs.RatioTo(ours):0.00}");
            Console.WriteLine($"FIGURE coap.plain.ceiling {theirs.RatioTo(bare):0.00} times libcoap");
            Console.WriteLine($"RATIO coap.batched.vs-libcoap {theirs.RatioTo(oursBatched):0.00}");
            Console.WriteLine($"FIGURE coap.batched.ceiling {theirs.RatioTo(bareBatched):0.00} times libcoap");
            Console.WriteLine($"RATIO coap.segmented.vs-libcoap {theirsSegmented.RatioTo(oursSegmented):0.00}");
            Console.WriteLine($"FIGURE coap.segmented.ceiling {theirsSegmented.RatioTo(bareSegmented):0.00} times libcoap");
        }

        Console.WriteLine($"RATIO coap.plain.vs-echo {bare.RatioTo(ours):0.00}");
        Console.WriteLine($"RATIO coap.batched.vs-echo {bareBatched.RatioTo(oursBatched):0.00}");
        Console.WriteLine($"RATIO coap.segmented.vs-echo {bareSegmented.RatioTo(oursSegmented):0.00}");
        MeasureManyPeers(fleet, sample, isQuick);
        MeasureMemory("plain", fleet.Plain);
        MeasureMemory("batched", fleet.Batched);
        MeasureMemory("segmented", fleet.Segmented);

        Contestant Add(string name, ServerProcess server, bool isEcho = false, bool isSegmented = false)
        {
            generators.Add(new LoadGenerator(server.Address, "time", endpoints: 1, isEcho, isSegmented));
            return tournament.Add(new Served(name, server, generators[^1], sample));
        }
    }

    private static void MeasureManyPeers(ServerFleet fleet, TimeSpan sample, bool isQuick)
    {
        using LoadGenerator toBatched = new(fleet.Batched.Address, "time", Endpoints, isEcho: false);
        using LoadGenerator toSegmented = new(fleet.Segmented.Address, "time", Endpoints, isEcho: false);
        Tournament tournament = new();
        Contestant batched = tournament.Add(new Served("batched", fleet.Batched, toBatched, sample));
        Contestant segmented = tournament.Add(new Served("segmented", fleet.Segmented, toSegmented, sample));
        tournament.Run(TimeSpan.FromSeconds(isQuick ? 4 : 15));
        Console.WriteLine($"RATIO coap.segmented.many-peers {batched.RatioTo(segmented):0.00}");
    }

    private static void MeasureMemory(string name, ServerProcess server)
    {
        using LoadGenerator generator = new(server.Address, "time", Endpoints, isEcho: false);
        generator.Run(WarmRequests, TimeSpan.MaxValue);
        long allocated = server.AllocatedBytes();
        long before = server.ResidentKib();
        long answered = generator.Run(1_000_000, TimeSpan.MaxValue);
        long after = server.ResidentKib();
        Console.WriteLine($"FIGURE coap.{name}.allocated {(double)(server.AllocatedBytes() - allocated) / answered:0.00} B/request");
        Console.WriteLine($"FIGURE coap.memory.{name}.million-requests-of-{Endpoints}-endpoints {after - before} KiB");
        generator.Flood(Junk, seed: 1);
        Console.WriteLine($"FIGURE coap.memory.{name}.{Junk}-junk-datagrams {server.ResidentKib() - after} KiB");

        // It still answers.
        generator.Run(1000, TimeSpan.MaxValue);
    }
}
