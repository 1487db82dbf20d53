using System.Globalization;
using System.Net;
using System.Runtime;
using Ipso.Lwm2m;
using Ipso.Net;
using Ipso.Server;
using Ipso.Server.Operations;

namespace Ipso.Benchmarks.Server;

/// <summary>An LwM2M Server as a program: <c>Ipso.Benchmarks coap-server lwm2m</c>.</summary>
internal static class ServerProgram
{
    internal const string Name = "lwm2m";

    /// <summary>The line of input that has it read from its devices, with the number of reads behind it.</summary>
    internal const string Read = "read ";

    private const int UnderWay = 64;

    private static readonly DeviceRequest s_read = DeviceRequest.Read(new Lwm2mPath(3303, 0, 5700));

    /// <summary>
    /// Serves until its input ends. <see cref="Read"/> is answered by how many answers there were; every other line by two numbers, as
    /// <see cref="Coap.ServerPrograms"/> does.
    /// </summary>
    internal static int Run()
    {
        Lwm2mServer server = new(new ServerEndpointOptions { MaxDevices = 100_000, MaxDevicesPerHost = 100_000 });
        server.Start(new UdpHostOptions { Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))], ReceiveBuffer = 1 << 20 });
        Console.WriteLine(server.LocalEndPoint.Port);
        while (Console.ReadLine() is { } line)
        {
            Console.WriteLine(line.StartsWith(Read, StringComparison.Ordinal)
                ? ReadAll(server, int.Parse(line.AsSpan(Read.Length), CultureInfo.InvariantCulture))
                : $"{GC.GetTotalAllocatedBytes(precise: true)} {JitInfo.GetCompiledMethodCount()}");
        }

        return 0;
    }

    private static string ReadAll(Lwm2mServer server, int reads)
    {
        IReadOnlyList<DeviceClient> devices = server.List();
        int begun = 0, answered = 0;
        Task.WaitAll(Enumerable.Range(0, UnderWay).Select(_ => ReadInTurnAsync()));
        return answered.ToString(CultureInfo.InvariantCulture);

        async Task ReadInTurnAsync()
        {
            for (int i = Interlocked.Increment(ref begun); i <= reads; i = Interlocked.Increment(ref begun))
            {
                DeviceAnswer answer = await devices[i % devices.Count].SendAsync(s_read).ConfigureAwait(false);
                if (answer.IsSuccess && !answer.Payload.IsEmpty)
                {
                    Interlocked.Increment(ref answered);
                }
            }
        }
    }
}
