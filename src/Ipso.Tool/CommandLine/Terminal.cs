using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Ipso.Tool.CommandLine;

/// <summary>Where a command writes: plain text, tables and JSON to the output, faults and progress to the error output.</summary>
internal sealed class Terminal : IDisposable
{
    // What is wide enough for a table with descriptions, where there is no terminal that knows its width.
    private const int UsualWidth = 120;

    private static readonly JsonWriterOptions s_json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly bool _isOutputRedirected;
    private readonly bool _isErrorRedirected;
    private IAnsiConsole? _tables;

    private Terminal(TextWriter output, TextWriter error, bool isOutputRedirected, bool isErrorRedirected)
    {
        Output = output;
        Error = error;
        _isOutputRedirected = isOutputRedirected;
        _isErrorRedirected = isErrorRedirected;
    }

    /// <summary>Standard output, UTF-8, with <c>\n</c>.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error, likewise.</summary>
    public TextWriter Error { get; }

    /// <summary>Where tables are drawn: with colours on a terminal, without them elsewhere.</summary>
    private IAnsiConsole Tables => _tables ??= Create(Output, _isOutputRedirected);

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        return new Terminal(
            Open(Console.OpenStandardOutput()), Open(Console.OpenStandardError()), Console.IsOutputRedirected, Console.IsErrorRedirected);

        static StreamWriter Open(Stream stream) => new(stream, new UTF8Encoding(false)) { NewLine = "\n", AutoFlush = false };
    }

    /// <summary>Writes a line to the output.</summary>
    public void Line(string text = "") => Output.WriteLine(text);

    /// <summary>Draws a table.</summary>
    public void Draw(Table table)
    {
        table.Border = TableBorder.Simple;
        using StringWriter text = new() { NewLine = "\n" };
        if (!_isOutputRedirected)
        {
            Output.Flush();
            Tables.Write(table);
            return;
        }

        // Cells are filled up to the width of their columns; a line's end is not for that where a file or a pipe takes it.
        Create(text, isRedirected: true).Write(table);
        foreach (string line in text.ToString().Split('\n'))
        {
            if (line.Trim().Length > 0)
            {
                Output.WriteLine(line.TrimEnd());
            }
        }
    }

    /// <summary>Writes JSON.</summary>
    public void Json(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, s_json))
        {
            write(writer);
        }

        Output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan).ReplaceLineEndings("\n"));
    }

    /// <summary>Does work of some steps and shows how far it has come, where somebody looks at the error output.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="work">The work; it is handed what to call after each step.</param>
    public async Task<T> WithProgressAsync<T>(string title, int steps, Func<Action, Task<T>> work)
    {
        // A bar that is gone before it can be read is only a flicker.
        if (_isErrorRedirected || steps < 2)
        {
            return await work(static () => { });
        }

        Error.Flush();
        return await Create(Error, isRedirected: false).Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(title), maxValue: steps);
                return await work(() => bar.Increment(1));
            });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Output.Dispose();
        Error.Dispose();
    }

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Capabilities.Unicode = true;
        if (isRedirected)
        {
            console.Profile.Width = Width();
        }

        return console;
    }

    private static int Width() =>
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns) && columns >= 40
            ? columns
            : UsualWidth;
}
