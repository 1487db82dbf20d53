using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Ipso.Coap;

namespace Ipso.Integration.Tests;

/// <summary>libcoap's own client, a program that knows nothing of us.</summary>
internal sealed class LibcoapClient(
    IPEndPoint server, string scheme = "coap", string program = LibcoapClient.Program, params string[] options)
{
    internal const string Program = "coap-client-notls";

    // It waits for an answer as long; a test that needs it has failed already.
    private static readonly TimeSpan s_patienceForAnAnswer = TimeSpan.FromSeconds(20);

    /// <summary>What it got: the payload, or what it says of an error, such as <c>4.04 no such object</c>.</summary>
    internal sealed record Answer(byte[] Payload, string Error)
    {
        public string Text => Encoding.UTF8.GetString(Payload);
    }

    internal async Task<Answer> RequestAsync(
        string method, string path, ContentFormat? accept = null, ContentFormat? format = null, byte[]? payload = null,
        params string[] more)
    {
        string directory = Directory.CreateTempSubdirectory("ipso-libcoap-").FullName;
        try
        {
            string output = Path.Combine(directory, "output");
            List<string> arguments = [.. options, "-m", method, "-o", output, "-B", Seconds(s_patienceForAnAnswer), .. more];
            if (accept is { } wanted)
            {
                arguments.AddRange(["-A", Number(wanted)]);
            }

            if (format is { } given)
            {
                arguments.AddRange(["-t", Number(given)]);
            }

            if (payload is not null)
            {
                string input = Path.Combine(directory, "input");
                await File.WriteAllBytesAsync(input, payload);
                arguments.AddRange(["-f", input]);
            }

            using Process process = Start([.. arguments, Uri(path)]);
            Task<string> standardOutput = process.StandardOutput.ReadToEndAsync();
            string error = await process.StandardError.ReadToEndAsync();
            await standardOutput;
            await process.WaitForExitAsync();
            return new(File.Exists(output) ? await File.ReadAllBytesAsync(output) : [], error.Trim());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Observes a path; each item is the text of a response or notification. Leaving the loop ends the client.</summary>
    internal async IAsyncEnumerable<string> ObserveAsync(string path, ContentFormat accept)
    {
        using Process process = Start([.. options, "-m", "get", "-A", Number(accept), "-s", Seconds(s_patienceForAnAnswer), Uri(path)]);
        try
        {
            // It writes one payload after the other, without anything between: each write is one.
            byte[] buffer = new byte[4096];
            while (true)
            {
                int length = await process.StandardOutput.BaseStream.ReadAsync(buffer);
                if (length == 0)
                {
                    yield break;
                }

                yield return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private string Uri(string path) => $"{scheme}://{server}{path}";

    private static string Number(ContentFormat format) => ((ushort)format).ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private Process Start(IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                $"{program} is missing: install libcoap's client (Debian and Ubuntu: apt-get install libcoap3-bin).", e);
        }
    }
}
