using System.Globalization;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;
using Ipso.Fuzz.Tests;

namespace Ipso.Fuzz.Running;

/// <summary>The command line.</summary>
internal sealed class Options
{
    internal const string Usage = """
        dotnet run --project tests/Ipso.Fuzz -c Release -- [options]

          --help             says this
          --list             names the decoders
          --decoder NAME     this decoder and not all; may be given several times
          --seed SEED        another sequence of cases; 1 where nothing is said
          --minutes MINUTES  for how long; 1 where nothing is said
          --cases NUMBER     at most as many cases of each decoder, instead; fewer of a whole endpoint, whose cases are longer
          --unguarded        inputs lie in ordinary memory, not beside a page that nobody may touch
          --case SEED:N      runs one case of one decoder, in this process
          --input FILE       runs the shortened input of a finding's file, in this process
        """;

    private readonly HashSet<string> _names = [];

    private Options(string[] arguments) => Arguments = arguments;

    internal IReadOnlyList<string> Arguments { get; }

    internal IReadOnlyList<Decoder> Decoders { get; private set; } = [];

    internal ulong Seed { get; private set; } = 1;

    internal long Cases { get; private set; } = long.MaxValue;

    internal DateTimeOffset End { get; private set; } = DateTimeOffset.MaxValue;

    internal bool IsOver => DateTimeOffset.UtcNow >= End;

    internal bool IsGuarded { get; private set; } = true;

    internal bool IsHelp { get; private set; }

    internal bool IsList { get; private set; }

    internal CaseId? Case { get; private set; }

    internal string? InputFile { get; private set; }

    /// <summary>The journal, in a process that runs the cases for another.</summary>
    internal string? Journal { get; private set; }

    /// <summary>The variant, in a process that decodes what another hands it.</summary>
    internal ulong? Served { get; private set; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It makes no sense.</exception>
    internal static Options Parse(string[] arguments)
    {
        Options options = new(arguments);
        double? minutes = null;
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? option))
        {
            switch (option)
            {
                case "--help": options.IsHelp = true; break;
                case "--list": options.IsList = true; break;
                case "--unguarded": options.IsGuarded = false; break;
                case "--decoder": options._names.Add(Value(rest, option)); break;
                case "--seed": options.Seed = Number<ulong>(rest, option); break;
                case "--minutes": minutes = Number<double>(rest, option); break;
                case "--cases": options.Cases = Number<long>(rest, option); break;
                case "--input": options.InputFile = Value(rest, option); break;
                case "--worker": options.Journal = Value(rest, option); break;
                case "--serve": options.Served = Number<ulong>(rest, option); break;
                case "--until": options.End = DateTimeOffset.Parse(Value(rest, option), CultureInfo.InvariantCulture); break;
                case "--case":
                    options.Case = CaseId.TryParse(Value(rest, option), out CaseId id)
                        ? id
                        : throw new FormatException("--case wants SEED:N.");
                    break;
                default:
                    throw new FormatException($"{option} is no option.");
            }
        }

        if (options.Journal is null && (minutes is not null || options.Cases == long.MaxValue))
        {
            options.End = DateTimeOffset.UtcNow.AddMinutes(minutes ?? 1);
        }

        options.Decoders = Choose(options._names);
        return options.Case is not null && options.Decoders.Count != 1
            ? throw new FormatException("--case wants one --decoder.")
            : options;
    }

    // The ones with planted faults run where they are asked for by name.
    internal static IReadOnlyList<Decoder> Choose(IReadOnlySet<string> names)
    {
        IReadOnlyList<Decoder> all = DecoderTable.Create();
        if (names.Count == 0)
        {
            return all;
        }

        Decoder[] chosen = [.. all.Concat(PlantedFaults.Create()).Where(decoder => names.Contains(decoder.Name))];
        return chosen.Length == names.Count ? chosen : throw new FormatException("There is no such decoder; --list names them.");
    }

    private static string Value(Queue<string> rest, string option) =>
        rest.TryDequeue(out string? value) ? value : throw new FormatException($"{option} wants a value.");

    private static T Number<T>(Queue<string> rest, string option)
        where T : IParsable<T> =>
        T.TryParse(Value(rest, option), CultureInfo.InvariantCulture, out T? value)
            ? value
            : throw new FormatException($"{option} wants a number.");
}
