using System.Globalization;
using Ipso.Benchmarks.Coap;
using Ipso.Benchmarks.Harness;
using Ipso.Objects;
using Ipso.Testing.Fleets;

namespace Ipso.Benchmarks.Server;

/// <summary>A server over sockets, in a process of its own: what reading from 10,000 devices costs it, and what a Register and an Update do.</summary>
internal static class SocketContest
{
    private const int Devices = 10_000;

    internal static bool Run(bool isQuick)
    {
        MeasureReads(isQuick ? 20_000 : 200_000);
        MeasureRegistrations(isQuick);
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

    private static void MeasureRegistrations(bool isQuick)
    {
        TimeSpan sample = TimeSpan.FromMilliseconds(isQuick ? 250 : 500);
        using ServerProcess server = ServerProcess.StartOurs(ServerProgram.Name);
        using ServerProcess engineAlone = ServerProcess.StartOurs(ServerPrograms.Plain);
        using ServerProcess? shepherd = ServerProcess.TryStartShepherd(), shepherdOfFew = ServerProcess.TryStartShepherd();
        List<DeviceLoad> loads = [];
        Tournament tournament = new();
        Contestant engine = Add("engine", engineAlone, DeviceLoad.Requests(engineAlone.Address));
        Contestant[] ours =
        [
            Add("register", server, DeviceLoad.Registers(server.Address)), Add("update", server, DeviceLoad.Updates(server.Address)),
        ];
        Contestant[] theirs = shepherd is null || shepherdOfFew is null ? [] :
        [
            Add("coap-shepherd.register", shepherd, DeviceLoad.Registers(shepherd.Address)),
            Add("coap-shepherd.update", shepherdOfFew, DeviceLoad.Updates(shepherdOfFew.Address)),
        ];
        tournament.Run(TimeSpan.FromSeconds(isQuick ? 10 : 60));
        loads.ForEach(static load => load.Dispose());
        foreach (Contestant contestant in tournament.Contestants)
        {
            Console.WriteLine($"FIGURE server.sockets.{contestant.Name}.cpu {contestant.Nanoseconds:0} ns");
        }

        for (int i = 0; i < ours.Length; i++)
        {
            Console.WriteLine($"RATIO server.sockets.{ours[i].Name}.rate-of-engine {engine.RatioTo(ours[i]):0.00}");
            Console.WriteLine(theirs.Length == 0
                ? $"# server.sockets.{ours[i].Name}.vs-coap-shepherd: coap-shepherd is missing; test.sh installs it."
                : $"RATIO server.sockets.{ours[i].Name}.vs-coap-shepherd {theirs[i].RatioTo(ours[i]):0.0}");
        }

        Contestant Add(string name, ServerProcess process, DeviceLoad load)
        {
            loads.Add(load);
            return tournament.Add(new Served(name, process, load, sample));
        }
    }
}
