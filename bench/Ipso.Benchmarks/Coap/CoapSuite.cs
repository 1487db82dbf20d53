using System.Runtime.InteropServices;
using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Coap;

/// <summary>What a CoAP server costs per request: ours, libcoap's, and a program that only sends back what it gets.</summary>
internal static partial class CoapSuite
{
    private const string Header = """
        # How to read these lines. Each server is a process of its own on the first core; one generator on the second keeps 64 Confirmable
        #   GETs of /time under way and checks the answers. The servers took turns in one run. What counts is the time that a server's
        #   threads spent on a core, which other programs on the machine disturb little; only ratios mean anything on a shared machine.
        # RATIO coap.*.vs-libcoap N   for a second of CPU time we answer N times as many requests as libcoap's coap-server-notls.
        # RATIO coap.*.vs-echo N      the same against a C# program that makes the same system calls and does nothing else: 1 is the limit.
        # plain is a call for each datagram (Socket), batched up to 64 datagrams a call (recvmmsg, sendmmsg).
        # FIGURE coap.*.allocated     bytes on the managed heap per request, in steady state.
        # FIGURE coap.engine.cpu      the engine alone, without sockets: an answer of it, in this process.
        # FIGURE coap.memory.*        what a server's memory has grown by, after a warm-up of 200,000 requests.
        """;

    private const int Endpoints = 10_000;
    private const int WarmRequests = 200_000;
    private const int Junk = 500_000;

    internal static bool Run(bool isQuick)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("# The generator and the batched server need Linux.");
            return true;
        }

        Console.WriteLine(Header);
        using ServerProcess plain = ServerProcess.StartOurs(ServerPrograms.Plain);
        using ServerProcess batched = ServerProcess.StartOurs(ServerPrograms.Batched);
        using ServerProcess echo = ServerProcess.StartOurs(ServerPrograms.Echo);
        using ServerProcess echoBatched = ServerProcess.StartOurs(ServerPrograms.EchoBatched);
        using ServerProcess? libcoap = ServerProcess.TryStartLibcoap();

        // As the last: what is started from a thread inherits its core.
        PinToSecondCore();
        TimeSpan sample = TimeSpan.FromMilliseconds(isQuick ? 250 : 500);
        Tournament tournament = new();
        List<LoadGenerator> generators = [];
        const int AnswerLength = 8 + 1 + 2 + 1 + 15;
        Contestant engine = tournament.Add("engine", AnswerLength, new EngineCycle(ServerPrograms.CreateEndpoint()));
        Contestant ours = Add("plain", plain, isEcho: false);
        Contestant oursBatched = Add("batched", batched, isEcho: false);
        Contestant bare = Add("echo", echo, isEcho: true);
        Contestant bareBatched = Add("echo-batched", echoBatched, isEcho: true);
        Contestant? theirs = libcoap is null ? null : Add("libcoap", libcoap, isEcho: false);
        int rounds = tournament.Run(TimeSpan.FromSeconds(isQuick ? 12 : 60));
        generators.ForEach(static generator => generator.Dispose());

        Console.WriteLine($"# Medians over {rounds} rounds.");
        foreach (Contestant? contestant in (Contestant?[])[engine, ours, oursBatched, bare, bareBatched, theirs])
        {
            if (contestant is not null)
            {
                Console.WriteLine($"FIGURE coap.{contestant.Name}.cpu {contestant.Nanoseconds:0} ns/request");
            }
        }

        if (theirs is null)
        {
            Console.WriteLine("# coap.*.vs-libcoap: coap-server-notls is missing; apt-get install libcoap3-bin brings it.");
        }
        else
        {
            Console.WriteLine($"RATIO coap.plain.vs-libcoap {theirs.RatioTo(ours):0.00}");
            Console.WriteLine($"RATIO coap.batched.vs-libcoap {theirs.RatioTo(oursBatched):0.00}");
        }

        Console.WriteLine($"RATIO coap.plain.vs-echo {bare.RatioTo(ours):0.00}");
        Console.WriteLine($"RATIO coap.batched.vs-echo {bareBatched.RatioTo(oursBatched):0.00}");
        MeasureMemory("plain", plain);
        MeasureMemory("batched", batched);
        return true;

        Contestant Add(string name, ServerProcess server, bool isEcho)
        {
            generators.Add(new LoadGenerator(server.Address, "time", endpoints: 1, isEcho));
            return tournament.Add(new Served(name, server, generators[^1], sample));
        }
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

    private static void PinToSecondCore()
    {
        if (Environment.ProcessorCount > 1)
        {
            const nuint Second = 1 << 1;
            _ = SetAffinity(0, (nuint)nuint.Size, Second);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint size, in nuint mask);

    /// <summary>A server under load: what a request costs it on its core.</summary>
    private sealed class Served(string name, ServerProcess server, LoadGenerator generator, TimeSpan sample) : Contestant(name)
    {
        internal override void WarmUp() => generator.Run(long.MaxValue, sample);

        internal override void Calibrate(TimeSpan sample)
        {
        }

        internal override double AllocatedBytes() => throw new NotSupportedException("The server is another process.");

        internal override long Repeat(int count) => throw new NotSupportedException("The server is another process.");

        protected override double Measure()
        {
            long before = server.CpuNanoseconds();
            long answered = generator.Run(long.MaxValue, sample);
            return (double)(server.CpuNanoseconds() - before) / answered;
        }
    }
}
