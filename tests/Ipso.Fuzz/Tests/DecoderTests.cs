using System.Globalization;
using Ipso.Fuzz.Decoders;
using Ipso.Fuzz.Examination;
using Ipso.Fuzz.Running;

namespace Ipso.Fuzz.Tests;

/// <summary>As much fuzzing as a change can pay for: the same cases each time, about a million. The program goes on for hours.</summary>
[Trait("Category", "Fuzz")]
public class DecoderTests
{
    private const ulong Seed = 20;
    private const int Cases = 90_000;
    private const int GuardedCases = 10_000;

    public static TheoryData<string> Names => [.. DecoderTable.Create().Select(static decoder => decoder.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_decoder_stands_every_case(string name)
    {
        Decoder decoder = DecoderTable.Create().Single(decoder => decoder.Name == name);
        using Campaign campaign = new(decoder, Seed, isGuarded: false);
        int cases = Cases / decoder.Cost;
        Finding? finding = campaign.Run(cases);
        Assert.True(finding is null, finding?.ToString());

        // Mutation leaves many inputs valid: both outcomes are met.
        Assert.InRange(campaign.Accepted, cases / 50, cases - cases / 10);
    }

    // In a process of its own, for a byte read too far ends it: there is no other way to see a read that changes nothing.
    [Fact]
    public async Task No_decoder_reads_outside_of_its_input()
    {
        (int code, string output) = await Child.RunAsync(
            "--seed", (Seed + 1).ToString(CultureInfo.InvariantCulture), "--cases", GuardedCases.ToString(CultureInfo.InvariantCulture));
        Assert.True(code == ExitCode.Sound, output);
        Assert.All(DecoderTable.Create(), decoder => Assert.Contains($"\n{decoder.Name} ", "\n" + output, StringComparison.Ordinal));
    }
}
