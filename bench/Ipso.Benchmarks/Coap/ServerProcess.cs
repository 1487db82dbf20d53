using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Coap;

/// <summary>A server in a process of its own, on the first core.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Libcoap = "coap-server-notls";

    // Where test.sh installs it.
    private const string Shepherd = "/usr/local/lib/ipso-peers/node_modules";

    private readonly Process _process;
    private readonly bool _isOurs;

    // By thread, also of those that have ended, so that the sum never goes back.
    private readonly Dictionary<string, long> _threads = [];

    private ServerProcess(Process process, IPEndPoint address, bool isOurs)
    {
        _process = process;
        _isOurs = isOurs;
        Address = address;
    }

    internal IPEndPoint Address { get; }

    /// <summary>Starts one of <see cref="ServerPrograms"/>.</summary>
    internal static ServerProcess StartOurs(string name)
    {
        Process process = Start("dotnet", [typeof(ServerProcess).Assembly.Location, ServerPrograms.Verb, name]);
        string port = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The server '{name}' did not start.");
        return new(process, new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)), isOurs: true);
    }

    /// <summary>Starts libcoap's example server.</summary>
    /// <returns>Null if it is not installed.</returns>
    internal static ServerProcess? TryStartLibcoap()
    {
        IPEndPoint address;
        using (Socket probe = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            address = (IPEndPoint)probe.LocalEndPoint!;
        }

        if (!IsInstalled(Libcoap))
        {
            return null;
        }

        Process process = Start(Libcoap, ["-A", "127.0.0.1", "-p", address.Port.ToString(CultureInfo.InvariantCulture), "-v", "0"]);
        return new(process, address, isOurs: false);
    }

    /// <summary>Starts coap-shepherd, the LwM2M Server of Node.js, as the integration tests do.</summary>
    /// <returns>Null if it is not installed.</returns>
    internal static ServerProcess? TryStartShepherd()
    {
        string script = Path.Combine(Checkout.Root, "tests", "Ipso.Integration.Tests", "CoapShepherd", "server.js");
        if (!IsInstalled("node") || !Directory.Exists(Path.Combine(Shepherd, "coap-shepherd")))
        {
            return null;
        }

        Process process = Start("node", [script], ("NODE_PATH", Shepherd));

        // The first line is {"port":40123}.
        string line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("coap-shepherd did not start.");
        int port = JsonDocument.Parse(line).RootElement.GetProperty("port").GetInt32();

        // It says all that its devices do, and stops where nobody listens.
        new Thread(() => process.StandardOutput.ReadToEnd()) { IsBackground = true }.Start();
        return new(process, new IPEndPoint(IPAddress.Loopback, port), isOurs: false);
    }

    /// <summary>Has one of our servers do something, and waits for its answer.</summary>
    internal string Order(string line)
    {
        _process.StandardInput.WriteLine(line);
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The server has ended.");
    }

    /// <summary>The time that the process's threads have spent on a core, in nanoseconds.</summary>
    internal long CpuNanoseconds()
    {
        foreach (string thread in Directory.GetDirectories($"/proc/{_process.Id}/task"))
        {
            try
            {
                _threads[thread] = long.Parse(File.ReadAllText($"{thread}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }

        return _threads.Values.Sum();
    }

    /// <summary>The memory of its own that the process has in use, in KiB.</summary>
    internal long ResidentKib()
    {
        const string Field = "RssAnon:";
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(static line => line.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line[Field.Length..^"kB".Length], CultureInfo.InvariantCulture);
    }

    /// <summary>What one of our servers has allocated, in bytes.</summary>
    internal long AllocatedBytes() => Ask(0);

    /// <summary>The methods that the runtime of one of our servers has compiled; 0 of libcoap.</summary>
    internal long CompiledMethods() => _isOurs ? Ask(1) : 0;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private long Ask(int number)
    {
        return long.Parse(Order("").Split(' ')[number], CultureInfo.InvariantCulture);
    }

    private static Process Start(string program, IEnumerable<string> arguments, (string Name, string Value)? variable = null)
    {
        // taskset becomes the program, so that all its threads are on one core.
        ProcessStartInfo start = Environment.ProcessorCount > 1 && IsInstalled("taskset")
            ? new("taskset", ["-c", "0", program, .. arguments])
            : new(program, arguments);
        if (variable is { } set)
        {
            start.Environment[set.Name] = set.Value;
        }

        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
