using Ipso.Benchmarks.Coap;
using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Server;

/// <summary>What a server does with many devices: what one takes of memory, and what its messages take of time.</summary>
internal static class ServerSuite
{
    private const int Many = 100_000;
    private const int Some = 10_000;
    private const int Few = 1_000;

    private const string Header = """
        # How to read these lines. All but server.sockets is the server without sockets, in this process; contestants took turns; only ratios
        # mean anything on a shared machine.
        # FIGURE server.heap                    live heap for each of 100,000 registered devices with eight Object Instances, the engine's
        #   tables, which are there once, left out.
        # FIGURE server.NAME.cpu                a Register (of a device that is known), an Update without content, and the read of a resource
        #   with its answer, of 10,000 devices in turn.
        # RATIO server.NAME.rate-of-engine N    N times as many in a second as the CoAP engine alone answers requests.
        # RATIO server.find.flat N              to find one of 100,000 devices takes N times as long as to find one of 1,000.
        # server.sockets: the server is a process of its own, on the first core, and what its threads spend there is measured.
        # FIGURE server.sockets.read.allocated  what the server allocates for a read of one resource by DeviceClient, of 10,000 simulated
        #   devices in turn, each behind a socket of its own, 64 under way.
        # FIGURE server.sockets.NAME.cpu        a Register of a device with eight Object Instances, and an Update without content, 64 under way.
        # RATIO server.sockets.NAME.rate-of-engine N    N times as many as the CoAP engine behind a socket answers requests.
        # RATIO server.sockets.NAME.vs-coap-shepherd N  N times as many as coap-shepherd, whose reading of what has registered is part of a
        #   Register.
        """;

    internal static bool Run(bool isQuick)
    {
        TimeSpan time = TimeSpan.FromSeconds(isQuick ? 3 : 15);
        Console.WriteLine(Header);
        Fleet many = MeasureHeap();

        Tournament finds = new();
        Contestant few = finds.Add("few", 1, new FindCycle(new Fleet(Few), Few));
        Contestant all = finds.Add("many", 1, new FindCycle(many, Many));
        finds.Run(time);
        Console.WriteLine($"FIGURE server.find.cpu {all.Nanoseconds:0} ns");
        Console.WriteLine($"RATIO server.find.flat {all.RatioTo(few):0.00}");

        Tournament messages = new();
        Contestant engine = messages.Add("engine", EngineCycle.AnswerLength, new EngineCycle(ServerPrograms.CreateEndpoint()));
        Contestant register = messages.Add("register", RegisterCycle.AnswerLength, new RegisterCycle(Some));
        Contestant update = messages.Add("update", UpdateCycle.AnswerLength, new UpdateCycle(Some));
        Contestant read = messages.Add("read", "21.5".Length, new ReadCycle(Some));
        messages.Run(time);
        foreach (Contestant contestant in (Contestant[])[register, update, read])
        {
            Console.WriteLine($"FIGURE server.{contestant.Name}.cpu {contestant.Nanoseconds:0} ns");
            Console.WriteLine($"RATIO server.{contestant.Name}.rate-of-engine {engine.RatioTo(contestant):0.00}");
            Console.WriteLine($"FIGURE server.{contestant.Name}.allocated {contestant.AllocatedBytes():0} B");
        }

        return SocketContest.Run(isQuick);
    }

    private static Fleet MeasureHeap()
    {
        Fleet empty = new(1);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Fleet one = new(1);
        long tables = GC.GetTotalMemory(forceFullCollection: true) - before;
        before += tables;
        Fleet many = new(Many);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive((empty, one, many));
        Console.WriteLine($"FIGURE server.heap {(double)(after - before - tables) / Many:0} B/device");
        return many;
    }
}
