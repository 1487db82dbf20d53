using System.Globalization;
using Ipso.Benchmarks.Coap;
using Ipso.Benchmarks.Codecs;
using Ipso.Benchmarks.Devices;
using Ipso.Benchmarks.Document;
using Ipso.Benchmarks.Generator;
using Ipso.Benchmarks.Harness;
using Ipso.Benchmarks.Security;
using Ipso.Benchmarks.Server;
using Ipso.Benchmarks.Size;
using Ipso.Benchmarks.Tool;

namespace Ipso.Benchmarks;

internal static class Program
{
    private const string All = "all";

    private static readonly (string Name, string Summary, Func<bool, bool> Run)[] s_suites =
    [
        ("coap", "requests per CPU second of a CoAP server, against libcoap and a bare echo", CoapSuite.Run),
        ("codecs", "Device (3) and Temperature (3303) to SenML CBOR, SenML JSON and TLV and back", CodecSuite.Run),
        ("table", "the same by BenchmarkDotNet, as a table", TableSuite.Run),
        ("device", "setting values on a device, and telling observers of them, one of 1 and one of 10,000", DeviceSuite.Run),
        ("generator", "the registry's XML to source text, what an edit costs, and compiling what was generated", GeneratorSuite.Run),
        ("security", "OSCORE: a message protected and unprotected, and what it adds to a request; DTLS: records against OpenSSL called from C, "
            + "cookies, handshakes, and memory for a session", SecuritySuite.Run),
        ("server", "an LwM2M Server with 100,000 devices: memory, registrations, reads", ServerSuite.Run),
        ("size", "native code for an object, in programs published by NativeAOT", SizeSuite.Run),
        ("tool", "the command ipso, published ready to run: describing an object, updating 300", ToolSuite.Run),
    ];

    /// <returns>0 where every contestant's results were right, 1 where one's were not, 2 where the arguments name no suite.</returns>
    private static int Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (arguments is [ServerPrograms.Verb, string server])
        {
            return ServerPrograms.Run(server);
        }

        bool isQuick = arguments.Contains("--quick");
        bool isDocumented = arguments.Contains("--document");
        string[] names = [.. arguments.Where(static argument => argument is not ("--quick" or "--document"))];
        if (names is [string name] && Array.FindAll(s_suites, suite => name == All || suite.Name == name) is [_, ..] suites)
        {
            try
            {
                return suites.All(suite => isDocumented ? Page.Run(suite.Name, suite.Run, isQuick) : suite.Run(isQuick)) ? 0 : 1;
            }
            catch (WrongResultException wrong)
            {
                Console.Error.WriteLine(wrong.Message);
                return 1;
            }
        }

        Console.WriteLine("bench/run.sh SUITE [--quick] [--document], which writes the results to docs/performance.md as well");
        foreach ((string suite, string summary, _) in s_suites)
        {
            Console.WriteLine($"  {suite,-10} {summary}");
        }

        Console.WriteLine($"  {All,-10} one after the other");
        return arguments.Length == 0 ? 0 : 2;
    }
}
