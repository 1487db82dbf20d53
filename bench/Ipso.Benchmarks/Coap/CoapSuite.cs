using System.Runtime.InteropServices;

namespace Ipso.Benchmarks.Coap;

/// <summary>What a CoAP server costs per request: ours, libcoap's, and a program that only sends back what it gets.</summary>
internal static partial class CoapSuite
{
    private const string Header = """
        # How to read these lines. Each server is a process of its own on the first core; one generator on the second keeps 64 Confirmable
        #   GETs of /time under way and checks the answers. It never sleeps, so that no server has to wake it. The servers took turns in
        #   one run. What counts is the time that a server's
        #   threads spent on a core, which other programs on the machine disturb little; only ratios mean anything on a shared machine.
        # RATIO coap.*.vs-libcoap N   for a second of CPU time we answer N times as many requests as libcoap's coap-server-notls.
        # RATIO coap.*.vs-echo N      the same against a C# program that makes the same system calls and does nothing else: 1 is the limit.
        # FIGURE coap.*.ceiling N     that program against libcoap: what vs-libcoap could be at most, since the rest is the system's.
        # plain is a call for each datagram (recvmmsg of one, sendmmsg of one), batched up to 64 datagrams a call (recvmmsg, sendmmsg).
        # segmented is batched where neighbours of one peer go through the system as one (UDP_SEGMENT, UDP_GRO), under a generator that
        #   sends so what it sends at once. So do its echo and libcoap-segmented get their requests, against which its ratios are.
        # RATIO coap.segmented.many-peers N   with 10,000 endpoints in turn, where nothing can be joined: batched against segmented.
        # tcp is 16 connections, with four requests under way on each (RFC 8323).
        # FIGURE coap.*.allocated     bytes on the managed heap per request or notification, in steady state.
        # FIGURE coap.engine.cpu      the engine alone, without sockets: a request and its answer, in this process.
        # FIGURE coap.notification.N-observers.cpu   the same for a notification of a resource that has N observers.
        # RATIO coap.notification.flat N   a notification to one of 10,000 observers costs N times one to the only one.
        # FIGURE coap.memory.*        what a server's memory has grown by, after a warm-up of 200,000 requests.
        """;

    internal static bool Run(bool isQuick)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("# The generator and the batched server need Linux.");
            return true;
        }

        Console.WriteLine(Header);
        using ServerFleet fleet = new();

        // As the last: what is started from a thread inherits its core.
        PinToSecondCore();
        EngineContest.Run(isQuick);
        UdpContest.Run(fleet, isQuick);
        TcpContest.Run(fleet, isQuick);
        return true;
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
}
