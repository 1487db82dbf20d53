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

    private readonly Lazy<int> _width = new(Width);

    private readonly Stream _bytes;

    private Terminal(StreamWriter output, StreamWriter error)
    {
        Output = output;
        Error = error;
        _bytes = output.BaseStream;
    }

    /// <summary>Standard output, UTF-8, with <c>\n</c>.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error, likewise.</summary>
    public TextWriter Error { get; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        return new Terminal(Open(Console.OpenStandardOutput()), Open(Console.OpenStandardError()));

        static StreamWriter Open(Stream stream) => new(stream, new UTF8Encoding(false)) { NewLine = "\n", AutoFlush = false };
    }

    /// <summary>Writes a line to the output.</summary>
    public void Line(string text = "") => Output.WriteLine(text);

    /// <summary>Writes a table.</summary>
    public void Draw(TextTable table) => table.Write(Output, _width.Value);

    /// <summary>Writes JSON.</summary>
    public void Json(Action<Utf8JsonWriter> write) => Json(write, s_json);

    /// <summary>Writes JSON on one line, for streams of it.</summary>
    public void JsonLine(Action<Utf8JsonWriter> write) => Json(write, s_json with { Indented = false });

    private void Json(Action<Utf8JsonWriter> write, JsonWriterOptions options)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, options))
        {
            write(writer);
        }

        Output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan).ReplaceLineEndings("\n"));
    }

    /// <summary>Writes bytes to the output as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Output.Flush();
        _bytes.Write(bytes);
        _bytes.Flush();
    }

    /// <summary>Does work of some steps and shows how far it has come, where somebody looks at the error output.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="work">The work; it is handed what to call after each step.</param>
    public async Task<T> WithProgressAsync<T>(string title, int steps, Func<Action, Task<T>> work)
    {
        // A bar that is gone before it can be read is only a flicker.
        if (Console.IsErrorRedirected || steps < 2)
        {
            return await work(static () => { });
        }

        Error.Flush();
        return await AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Error) }).Progress()
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

    private static int Width()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns) && columns > 0)
        {
            return columns;
        }

        return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? UsualWidth : Console.WindowWidth;
    }
}
