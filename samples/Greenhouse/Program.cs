// A greenhouse in one process: a server, and a handful of devices that are simulated. The devices register, and the gardener, which is the
// server's side, observes them by the classes that both share, gives the thermostats their set points, and switches the lamps.
using System.Net;
using Greenhouse;
using Ipso.Net;
using Ipso.Server;

bool isDemo = false;
IPEndPoint local = new(IPAddress.Loopback, 5683);
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--demo")
    {
        isDemo = true;
        local = new(IPAddress.Loopback, 0);
    }
    else if (args[i] != "--bind")
    {
        return Refuse($"'{args[i]}' is no option; there are --bind ADDRESS:PORT and --demo");
    }
    else if (++i == args.Length || !IPEndPoint.TryParse(args[i], out local!))
    {
        return Refuse("--bind takes ADDRESS:PORT, for example --bind 127.0.0.1:5683");
    }
}

await using Lwm2mServer server = new();
try
{
    server.Start(local);
}
catch (UdpBindException e)
{
    return Refuse(e.Message);
}

Console.WriteLine($"coap://{server.LocalEndPoint} waits for devices");
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

// A day takes a minute; that of the demo, after which it ends, six seconds.
Sky sky = new(TimeSpan.FromSeconds(isDemo ? 6 : 60));
Gardener gardener = new(server, sky);
Task gardening = gardener.WorkAsync(stop.Token);
await using (Fleet fleet = await Fleet.StartAsync(server.LocalEndPoint.Port, sky))
{
    await fleet.RunAsync(isDemo ? sky.Day : Timeout.InfiniteTimeSpan, stop.Token);
    await stop.CancelAsync();
    await gardening;
}

Console.WriteLine($"{gardener.Readings} readings, {gardener.Commands} commands");
return 0;

static int Refuse(string why)
{
    Console.Error.WriteLine($"greenhouse: {why}");
    return 2;
}
