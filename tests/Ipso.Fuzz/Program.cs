using System.Globalization;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;
using Ipso.Fuzz.Examination;
using Ipso.Fuzz.Running;

namespace Ipso.Fuzz;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return Run(Options.Parse(arguments)) ? ExitCode.Sound : ExitCode.Found;
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine($"{wrong.Message}\n\n{Options.Usage}");
            return ExitCode.Usage;
        }
    }

    private static bool Run(Options options)
    {
        if (options.IsHelp)
        {
            Console.WriteLine(Options.Usage);
            return true;
        }

        if (options.IsList)
        {
            foreach (Decoder decoder in options.Decoders)
            {
                Console.WriteLine(decoder.Name);
            }

            return true;
        }

        if (options.Served is { } variant)
        {
            return SmallStack.Run(() => Child.Serve(options, variant));
        }

        if (options.Journal is { } path)
        {
            using Journal journal = new(path, options.Decoders.Count);
            using Worker worker = new(options, journal);
            return SmallStack.Run(worker.Run);
        }

        return options.InputFile is { } file
            ? SmallStack.Run(() => RunInput(Finding.Parse(File.ReadAllText(file)), options.IsGuarded))
            : options.Case is { } id ? SmallStack.Run(() => RunCase(options.Decoders[0], id, options.IsGuarded))
            : Supervisor.Run(options);
    }

    private static bool RunCase(Decoder decoder, CaseId id, bool isGuarded)
    {
        byte[] input = new Mutator(decoder).Make(id, out ulong variant).ToArray();
        return RunInput(new(decoder.Name, id, variant, decoder.Describe(variant), "", input, input), isGuarded);
    }

    // What is run is said first: it may end the process.
    private static bool RunInput(Finding finding, bool isGuarded)
    {
        Decoder decoder = Options.Choose(new HashSet<string> { finding.Decoder })[0];
        Console.WriteLine($"{decoder.Name} {finding.Id} {decoder.Describe(finding.Variant)}");
        Console.WriteLine(Convert.ToHexStringLower(finding.Shortened));
        using Examiner examiner = new(decoder, isGuarded);
        Failure? failure = examiner.Examine(finding.Shortened, finding.Variant);
        Console.WriteLine(failure?.Message ?? (examiner.Accepted > 0 ? "taken" : "refused"));
        return failure is null;
    }
}
