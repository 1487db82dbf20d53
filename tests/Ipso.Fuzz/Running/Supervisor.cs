using System.Diagnostics;
using System.Globalization;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;
using Ipso.Fuzz.Examination;

namespace Ipso.Fuzz.Running;

/// <summary>
/// Has another process run the cases. Where that dies, of a guarded page or of a stack that was too small, the case that it ran is a
/// finding like any other, and a new process goes on behind it.
/// </summary>
internal static class Supervisor
{
    private const int MaxDeaths = 10;
    // Each input that kills costs the start of a process.
    private const int MaxAttempts = 400;

    /// <summary>Runs the cases.</summary>
    /// <returns>Whether nothing was found.</returns>
    internal static bool Run(Options options)
    {
        string path = Path.Combine(Path.GetTempPath(), $"ipso-fuzz-{Environment.ProcessId}.journal");
        try
        {
            return Run(options, path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static bool Run(Options options, string path)
    {
        bool isSound = true;
        for (int deaths = 0; deaths < MaxDeaths; deaths++)
        {
            int code = RunWorker(options, path);
            if (code is ExitCode.Sound or ExitCode.Found)
            {
                return isSound && code == ExitCode.Sound;
            }

            isSound = false;
            using Journal journal = new(path, options.Decoders.Count);
            Decoder decoder = options.Decoders[journal.Decoder];
            Reports.Write(FindingOf(decoder, new(options.Seed, journal[journal.Decoder]++), code));
        }

        return false;
    }

    private static int RunWorker(Options options, string path)
    {
        string end = options.End.ToString("O", CultureInfo.InvariantCulture);
        using Process worker = Child.Start([.. options.Arguments, "--worker", path, "--until", end]);
        worker.WaitForExit();
        return worker.ExitCode;
    }

    private static Finding FindingOf(Decoder decoder, CaseId id, int code)
    {
        byte[] input = new Mutator(decoder).Make(id, out ulong variant).ToArray();
        using DeadlyInput deadly = new(decoder.Name, variant);
        string doubt = deadly.Kills(input) ? "" : ", and it does not of this input alone";
        return Finding.Of(
            decoder, id, variant, input, Failure.Of($"the process died: exit code {code}{doubt}"), deadly.Kills, MaxAttempts);
    }
}
