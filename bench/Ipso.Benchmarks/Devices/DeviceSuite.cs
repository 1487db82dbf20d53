using Ipso.Benchmarks.Harness;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net;

namespace Ipso.Benchmarks.Devices;

/// <summary>What a change costs on a device: that nobody observes, that is not told, and that is.</summary>
internal static class DeviceSuite
{
    private const int Many = 10_000;
    private const int Told = 1;

    private const string Header = """
        # How to read these lines. All is the device without sockets, in this process; contestants took turns; only ratios mean anything on
        # a shared machine. Each of the observed resources has gt, lt and st.
        # FIGURE device.set.unobserved          a property that nobody observes is set to another value.
        # FIGURE device.change.N-observed.cpu   one resource of N observed ones changes, and its conditions are not met.
        # FIGURE device.notification.N-observed.cpu   the same where they are, with the notification.
        # RATIO device.*.flat N                 one change among 10,000 observed resources costs N times one of the only one.
        # RATIO device.*.flat-by-turns N        the same where each change is that of another resource: what is left is the caches'.
        # FIGURE device.heap.NAME               what a device with one server and ten instances of Temperature keeps on the heap once it is made,
        #   without a socket: with the bounds that are called Constrained, and with those by default; .observed: once it is registered and all
        #   ten are observed.
        """;

    internal static bool Run(bool isQuick)
    {
        TimeSpan time = TimeSpan.FromSeconds(isQuick ? 3 : 15);
        Console.WriteLine(Header);

        Tournament sets = new();
        Contestant set = sets.Add("set", 1, new SetCycle(new DeviceEndpoint(new SystemRandomSource())));
        sets.Run(time);
        Console.WriteLine($"FIGURE device.set.unobserved {set.Nanoseconds / 2:0.0} ns");
        Console.WriteLine($"FIGURE device.set.allocated {set.AllocatedBytes() / 2:0.00} B");

        Contest("change", change: 10, sent: 0, time);
        Contest("notification", change: 100, Told, time);
        Heap("constrained", CoapEndpointOptions.Constrained, ReportingOptions.Constrained);
        Heap("default", new(), new());
        return true;
    }

    private static void Heap(string name, CoapEndpointOptions coap, ReportingOptions reporting)
    {
        Console.WriteLine($"FIGURE device.heap.{name} {DeviceHeap.Measure(coap, reporting, isObserved: false) / 1024:0.0} KiB");
        Console.WriteLine($"FIGURE device.heap.{name}.observed {DeviceHeap.Measure(coap, reporting, isObserved: true) / 1024:0.0} KiB");
    }

    private static void Contest(string name, double change, int sent, TimeSpan time)
    {
        Tournament tournament = new();
        Contestant one = tournament.Add("1", sent, new ChangeCycle(1, change));
        Contestant many = tournament.Add("many", sent, new ChangeCycle(Many, change));
        Contestant turns = tournament.Add("turns", sent, new ChangeCycle(Many, change, takesTurns: true));
        tournament.Run(time);
        Console.WriteLine($"FIGURE device.{name}.1-observed.cpu {one.Nanoseconds:0} ns");
        Console.WriteLine($"FIGURE device.{name}.{Many}-observed.cpu {many.Nanoseconds:0} ns");
        Console.WriteLine($"RATIO device.{name}.flat {many.RatioTo(one):0.00}");
        Console.WriteLine($"RATIO device.{name}.flat-by-turns {turns.RatioTo(one):0.00}");
        Console.WriteLine($"FIGURE device.{name}.allocated {many.AllocatedBytes():0.00} B");
    }
}
