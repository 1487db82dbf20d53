using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Servers;
using Xunit.Abstractions;

namespace Ipso.Fuzz.Tests;

/// <summary>Scripts in which nothing happens prove nothing: in seconds everything has happened that a server tells of.</summary>
[Trait("Category", "Fuzz")]
public class ServerScriptTests(ITestOutputHelper output)
{
    private const int Cases = 4000;

    private static readonly string[] s_expected =
    [
        "Registered", "Updated", "Deregistered", "Replaced", "Expired", "Removed", "Refused",
        "operation Answered", "operation Unknown", "operation NotRegistered", "operation Cancelled", "operation NoFormat", "operation Expired",
        "operation Refused",
        "notified", "ended Answered", "ended Refused", "ended NotRegistered",
        "Send", "Send that makes no sense", "store failed",
        "command Answered", "command Unknown", "command Expired", "command Refused",
        "bootstrap Started", "bootstrap Done", "bootstrap Finished", "bootstrap Packed", "bootstrap Failed", "bootstrap Refused",
    ];

    [Fact]
    public void Everything_happens_that_a_server_tells_of()
    {
        Mutator mutator = new(new ServerDecoder());
        SortedDictionary<string, int> happened = new(StringComparer.Ordinal);
        for (int i = 0; i < Cases; i++)
        {
            ReadOnlySpan<byte> input = mutator.Make(new(3, i), out ulong variant);
            ServerRun run = new();
            run.Run(input, variant);
            Assert.True(run.Violation is null, $"{run.Violation}: --decoder lwm2m-server --case 3:{i}");
            foreach ((string what, int count) in run.Happened)
            {
                happened[what] = happened.GetValueOrDefault(what) + count;
            }
        }

        foreach ((string what, int count) in happened)
        {
            output.WriteLine($"{what}: {count}");
        }

        Assert.All(s_expected, what => Assert.True(happened.GetValueOrDefault(what) >= 5, $"{what}: {happened.GetValueOrDefault(what)}"));
    }
}
