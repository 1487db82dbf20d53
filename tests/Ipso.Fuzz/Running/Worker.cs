using System.Globalization;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Examination;

namespace Ipso.Fuzz.Running;

/// <summary>Runs the cases of several decoders in turns, and notes each before it runs.</summary>
internal sealed class Worker(Options options, Journal journal) : IDisposable
{
    private const int Turn = 5_000;
    private const int KeptPerKind = 3;

    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(100);

    private readonly Campaign[] _campaigns =
        [.. options.Decoders.Select((decoder, i) => new Campaign(decoder, options.Seed, options.IsGuarded, journal[i]))];

    private readonly Dictionary<string, int> _kinds = [];

    /// <summary>Runs until the time or the cases are over.</summary>
    /// <returns>Whether nothing was found.</returns>
    internal bool Run()
    {
        bool isSound = true;
        bool isMore = true;
        while (isMore && !options.IsOver)
        {
            isMore = false;
            for (int i = 0; i < _campaigns.Length && !options.IsOver; i++)
            {
                journal.Decoder = i;
                isSound &= RunTurn(i);
                isMore |= _campaigns[i].Next < CasesOf(_campaigns[i]);
            }
        }

        foreach (Campaign campaign in _campaigns)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{campaign.Decoder.Name,-18} {campaign.Next,12:N0} cases, {campaign.Accepted,12:N0} taken"));
        }

        return isSound;
    }

    public void Dispose()
    {
        foreach (Campaign campaign in _campaigns)
        {
            campaign.Dispose();
        }
    }

    private bool RunTurn(int index)
    {
        Campaign campaign = _campaigns[index];
        bool isSound = true;
        long end = Math.Min(CasesOf(campaign), campaign.Next + Turn / campaign.Decoder.Cost);
        while (campaign.Next < end)
        {
            CaseId id = campaign.NextId;
            journal[index] = id.Number;
            if (campaign.RunNext() is { } finding)
            {
                isSound = false;
                Report(finding);
            }
            else if (campaign.LastDuration > s_slow)
            {
                WarnIfStillSlow(index, id);
            }
        }

        journal[index] = campaign.Next;
        return isSound;
    }

    private long CasesOf(Campaign campaign) => Math.Max(1, options.Cases / campaign.Decoder.Cost);

    private void Report(Finding finding)
    {
        string kind = $"{finding.Decoder} {finding.Failure.Split('(', ':', '\n')[0]}";
        int count = _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
        if (count <= KeptPerKind)
        {
            Reports.Write(finding);
        }
    }

    // The first time the runtime may have compiled, or another process had the core.
    private void WarnIfStillSlow(int index, CaseId id)
    {
        using Campaign again = new(_campaigns[index].Decoder, id.Seed, isGuarded: false, id.Number);
        again.RunNext();
        if (again.LastDuration > s_slow)
        {
            Console.WriteLine($"SLOW: {again.Decoder.Name} {id} takes {again.LastDuration.TotalMilliseconds:F0} ms");
        }
    }
}
