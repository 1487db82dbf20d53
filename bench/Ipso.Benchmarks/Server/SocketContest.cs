using System.Globalization;
using Ipso.Benchmarks.Coap;
using Ipso.Benchmarks.Harness;
using Ipso.Objects;
using Ipso.Testing.Fleets;

namespace Ipso.Benchmarks.Server;

/// <summary>A server over sockets, in a process of its own: what reading from 10,000 devices costs it, and what a Register does.</summary>
internal static class SocketContest
{
    private const int Devices = 10_000;

    internal static bool Run(bool isQuick)
    {
        MeasureReads(isQuick ? 20_000 : 200_000);
        MeasureRegisters(isQuick);
        return true;
    }

    private static void MeasureReads(int reads)
    {
        using ServerProcess server = ServerProcess.StartOurs(ServerProgram.Name);
        SimulatedFleet fleet = new SimulatedFleet(Devices, "urn:dev:ops:32473-{0:d5}", seed: 1)
        {
            Interval = TimeSpan.Zero,
        }.With<Temperature>();
        SimulatedFleetHost host = fleet.Start(server.Address);
        try
        {
            if (!host.AllRegistered.Wait(TimeSpan.FromMinutes(3)))
            {
                throw new WrongResultException($"{host.RegisteredCount} of {Devices} devices are registered.");
            }

            // So that the server's code is compiled, and its tables have their size.
            Read(server, 2 * Devices);
            long allocated = server.AllocatedBytes(), cpu = server.CpuNanoseconds();
            Read(server, reads);
            cpu = server.CpuNanoseconds() - cpu;
            allocated = server.AllocatedBytes() - allocated;
            Console.WriteLine($"FIGURE server.sockets.read.allocated {(double)allocated / reads:0} B");
            Console.WriteLine($"FIGURE server.sockets.read.cpu {(double)cpu / reads:0} ns");
        }
        finally
        {
            host.DisposeAsync().AsTask().Wait();
        }
    }

    private static void Read(ServerProcess server, int reads)
    {
        string answered = server.Order(ServerProgram.Read + reads.ToString(CultureInfo.InvariantCulture));
        if (answered != reads.ToString(CultureInfo.InvariantCulture))
        {
            throw new WrongResultException($"{answered} of {reads} reads were answered with a value.");
        }
    }

    private static void MeasureRegisters(bool isQuick)
    {
        TimeSpan sample = TimeSpan.FromMilliseconds(isQuick ? 250 : 500);
        using ServerProcess server = ServerProcess.StartOurs(ServerProgram.Name);
        using ServerProcess engineAlone = ServerProcess.StartOurs(ServerPrograms.Plain);
        using ServerProcess? shepherd = ServerProcess.TryStartShepherd();
        using RegisterLoad toServer = new(server.Address);
        using LoadGenerator toEngine = new(engineAlone.Address, "time", endpoints: 1, isEcho: false);
        using RegisterLoad? toShepherd = shepherd is null ? null : new(shepherd.Address);

        Tournament tournament = new();
        Contestant ours = tournament.Add(new Served("register", server, toServer, sample));
        Contestant engine = tournament.Add(new Served("engine", engineAlone, toEngine, sample));
        Contestant? theirs = shepherd is null ? null : tournament.Add(new Served("coap-shepherd", shepherd, toShepherd!, sample));
        tournament.Run(TimeSpan.FromSeconds(isQuick ? 6 : 30));
        Console.WriteLine($"FIGURE server.sockets.register.cpu {ours.Nanoseconds:0} ns");
        Console.WriteLine($"RATIO server.sockets.register.rate-of-engine {engine.RatioTo(ours):0.00}");
        if (theirs is null)
        {
            Console.WriteLine("# server.sockets.register.vs-coap-shepherd: coap-shepherd is missing; test.sh installs it.");
        }
        else
        {
            Console.WriteLine($"FIGURE server.sockets.coap-shepherd.register.cpu {theirs.Nanoseconds:0} ns");
            Console.WriteLine($"RATIO server.sockets.register.vs-coap-shepherd {theirs.RatioTo(ours):0.00}");
        }
    }
}
