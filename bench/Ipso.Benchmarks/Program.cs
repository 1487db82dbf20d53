using System.Globalization;
using Ipso.Benchmarks.Coap;
using Ipso.Benchmarks.Codecs;
using Ipso.Benchmarks.Generator;
using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks;

internal static class Program
{
    private static readonly (string Name, string Summary, Func<bool, bool> Run)[] s_suites =
    [
        ("coap", "requests per CPU second of a CoAP server, against libcoap and a bare echo", CoapSuite.Run),
        ("codecs", "Device (3) and Temperature (3303) to SenML CBOR, SenML JSON and TLV and back", CodecSuite.Run),
        ("generator", "the registry's XML to source text, what an edit costs, and compiling what was generated", GeneratorSuite.Run),
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
        string[] names = [.. arguments.Where(static argument => argument != "--quick")];
        if (names is [string name] && Array.Find(s_suites, suite => suite.Name == name).Run is { } run)
        {
            try
            {
                return run(isQuick) ? 0 : 1;
            }
            catch (WrongResultException wrong)
            {
                Console.Error.WriteLine(wrong.Message);
                return 1;
            }
        }

        Console.WriteLine("bench/run.sh SUITE [--quick]");
        foreach ((string suite, string summary, _) in s_suites)
        {
            Console.WriteLine($"  {suite,-10} {summary}");
        }

        return arguments.Length == 0 ? 0 : 2;
    }
}
