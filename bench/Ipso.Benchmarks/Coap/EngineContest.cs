using System.Globalization;
using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Coap;

/// <summary>The engine without sockets, in this process: requests, and notifications to more and more observers.</summary>
internal static class EngineContest
{
    private static readonly int[] s_observers = [1, 100, 10_000];

    internal static void Run(bool isQuick)
    {
        TimeSpan time = TimeSpan.FromSeconds(isQuick ? 2 : 10);
        Tournament requests = new();
        Contestant request = requests.Add("engine", EngineCycle.AnswerLength, new EngineCycle(ServerPrograms.CreateEndpoint()));
        requests.Run(time);
        Console.WriteLine($"FIGURE coap.engine.cpu {request.Nanoseconds:0} ns/request");

        Tournament waves = new();
        foreach (int observers in s_observers)
        {
            waves.Add(observers.ToString(CultureInfo.InvariantCulture), observers, new NotificationCycle(observers));
        }

        waves.Run(time);
        double allocated = 0;
        for (int i = 0; i < s_observers.Length; i++)
        {
            Contestant wave = waves.Contestants[i];
            double each = wave.Nanoseconds / s_observers[i];
            Console.WriteLine($"FIGURE coap.notification.{wave.Name}-observers.cpu {each:0} ns/notification");
            allocated += wave.AllocatedBytes();
        }

        Console.WriteLine($"RATIO coap.notification.flat {waves.Contestants[^1].RatioTo(waves.Contestants[0]) / s_observers[^1]:0.00}");
        Console.WriteLine($"FIGURE coap.notification.allocated {allocated:0.00} B/notification");
    }
}
