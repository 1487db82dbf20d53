using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;
using Ipso.Fuzz.Examination;
using Ipso.Fuzz.Running;

namespace Ipso.Fuzz.Tests;

/// <summary>The fuzzer finds what it is there to find.</summary>
[Trait("Category", "Fuzz")]
public class PlantedFaultTests
{
    private const ulong Seed = 1;
    private const int Cases = 20_000;

    [Theory]
    [InlineData("planted-throw", "planted", 1)]
    [InlineData("planted-overread", "the result depends on what lies around the input", 3)]
    [InlineData("planted-hoard", "too much is allocated", 1)]
    [InlineData("planted-position", "outside of the input", 1)]
    [InlineData("planted-partial", "changed the object", 40)]
    [InlineData("planted-count", "changes the object when it comes once more", 60)]
    [InlineData("planted-loss", "own encoding", 2)]
    [InlineData("planted-garble", "does not parse", 4)]
    [InlineData("planted-repetition", "the messages do not end", 8)]
    [InlineData("planted-deadline", "the deadline does not advance", 4)]
    [InlineData("planted-difference", "or is another each time", 16)]
    public void A_planted_fault_is_found_runs_alone_and_is_shortened(string name, string message, int length)
    {
        using Campaign campaign = new(Planted(name), Seed, isGuarded: false);
        Finding? finding = campaign.Run(Cases);
        Assert.NotNull(finding);
        Assert.Contains(message, finding.Failure, StringComparison.Ordinal);
        Assert.InRange(finding.Shortened.Length, 0, length);

        using Campaign alone = new(Planted(name), Seed, isGuarded: false, finding.Id.Number);
        Finding? again = alone.RunNext();
        Assert.NotNull(again);
        Assert.Equal(finding.Input, again.Input);
        Assert.Equal(finding.Shortened, again.Shortened);

        Finding kept = Finding.Parse(finding.ToString());
        Assert.Equal((name, finding.Id, finding.Variant), (kept.Decoder, kept.Id, kept.Variant));
        Assert.Equal(finding.Input, kept.Input);
        using Examiner examiner = new(Planted(name), isGuarded: false);
        Assert.Contains(message, examiner.Examine(kept.Shortened, kept.Variant)?.Message, StringComparison.Ordinal);
    }

    // A byte behind the input that is read and does not show: only the page behind it tells.
    [Fact]
    public async Task A_byte_read_too_far_ends_the_process()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using Campaign campaign = new(Planted("planted-glance"), Seed, isGuarded: false);
        Assert.Null(campaign.Run(Cases));

        (int code, string output) = await Child.RunAsync("--decoder", "planted-glance", "--cases", "200");
        Assert.True(code == ExitCode.Found, output);
        Finding finding = Finding.Parse(output[output.IndexOf("decoder: ", StringComparison.Ordinal)..]);
        Assert.Contains("failure: the process died", output, StringComparison.Ordinal);
        Assert.Single(finding.Shortened);

        (code, output) = await Child.RunAsync("--decoder", finding.Decoder, "--case", finding.Id.ToString());
        Assert.False(code is ExitCode.Sound or ExitCode.Found or ExitCode.Usage, output);
    }

    [Fact]
    public async Task A_stack_that_is_too_small_is_a_finding_and_the_cases_go_on()
    {
        (int code, string output) = await Child.RunAsync("--decoder", "planted-overflow", "--cases", "1000");
        Assert.True(code == ExitCode.Found, output);
        Assert.Contains("failure: the process died", output, StringComparison.Ordinal);
        Assert.Contains("1,000 cases", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_is_the_same_again_and_another_under_another_seed()
    {
        Mutator one = new(Planted("planted-partial"));
        Mutator other = new(Planted("planted-partial"));
        int same = 0;
        for (int number = 0; number < 1000; number++)
        {
            byte[] input = one.Make(new(1, number), out ulong variant).ToArray();
            Assert.Equal(input, other.Make(new(1, number), out ulong again).ToArray());
            Assert.Equal(variant, again);
            same += other.Make(new(2, number), out _).SequenceEqual(input) ? 1 : 0;
        }

        Assert.InRange(same, 0, 20);
    }

    [Theory]
    [InlineData("--decoder", "no-such")]
    [InlineData("--case", "1:2")]
    [InlineData("--decoder", "tlv", "--case", "12")]
    [InlineData("--seed")]
    [InlineData("--seed", "x")]
    [InlineData("--nonsense")]
    public void A_command_line_without_sense_is_refused(params string[] arguments) =>
        Assert.Throws<FormatException>(() => Options.Parse(arguments));

    private static Decoder Planted(string name) => PlantedFaults.Create().Single(decoder => decoder.Name == name);
}
