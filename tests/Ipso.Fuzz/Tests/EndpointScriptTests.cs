using System.Reflection;
using Ipso.Coap.Engine;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;
using Ipso.Fuzz.Scripts;
using Xunit.Abstractions;

namespace Ipso.Fuzz.Tests;

/// <summary>Scripts in which nothing happens prove nothing: in seconds everything has happened that an endpoint counts.</summary>
[Trait("Category", "Fuzz")]
public class EndpointScriptTests(ITestOutputHelper output)
{
    private const int Cases = 150_000;

    private static readonly string[] s_ofStreams =
    [
        nameof(CoapCounters.ConnectionsRefused), nameof(CoapCounters.ConnectionsAborted), nameof(CoapCounters.ConnectionsTooSlow),
        nameof(CoapCounters.ConnectionsSilent),
    ];

    // No script demands that all be protected.
    private static readonly string[] s_ofProtection = [nameof(CoapCounters.ExchangesUnprotected)];

    private static readonly string[] s_ofDatagrams =
    [
        nameof(CoapCounters.Duplicates), nameof(CoapCounters.Retransmissions),
        nameof(CoapCounters.EchoDemanded), nameof(CoapCounters.RequestsHeld), nameof(CoapCounters.NotificationsHeld),
        nameof(CoapCounters.TransfersReset),
    ];

    [Theory]
    [InlineData("coap-endpoint")]
    [InlineData("coap-stream-endpoint")]
    [InlineData("secured")]
    public void Everything_happens_that_an_endpoint_counts(string name)
    {
        EngineScript script = name switch
        {
            "coap-stream-endpoint" => new StreamScript(),
            "secured" => new SecuredScript(),
            _ => new DatagramScript(),
        };
        Mutator mutator = new(DecoderTable.Create().Single(decoder => decoder.Name == name));
        PropertyInfo[] counters = typeof(CoapCounters).GetProperties();
        long[] sums = new long[counters.Length];
        long answers = 0;
        for (int i = 0; i < Cases; i++)
        {
            ReadOnlySpan<byte> input = mutator.Make(new(1, i), out ulong variant);
            script.Run(input, (int)(variant % (uint)ScriptBounds.Count), variant);
            Assert.Null(script.Violation);
            answers += script.Answers;
            for (int j = 0; j < counters.Length; j++)
            {
                sums[j] += (long)counters[j].GetValue(script.Counters)!;
            }
        }

        output.WriteLine($"{answers} answers");
        for (int j = 0; j < counters.Length; j++)
        {
            output.WriteLine($"{counters[j].Name}: {sums[j]}");
        }

        Assert.InRange(answers, Cases / 10, long.MaxValue);
        string[] ofOthers = [.. script is StreamScript ? s_ofDatagrams : s_ofStreams, .. s_ofProtection];
        Assert.All(counters.Zip(sums), counted => Assert.Equal(
            (counted.First.Name, ofOthers.Contains(counted.First.Name)), (counted.First.Name, counted.Second == 0)));
    }
}
