using System.Globalization;
using System.Text.Json;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Net;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Payloads;

namespace Ipso.Tool.Client;

/// <summary>Asks, and shows what comes back.</summary>
/// <param name="terminal">Where answers are shown.</param>
/// <param name="report">What payloads are read by.</param>
/// <param name="path">The path that they belong to.</param>
/// <param name="isJson">Whether machines read them: then each answer is one line of JSON.</param>
internal sealed class CoapExchange(Terminal terminal, PayloadReport report, Lwm2mPath path, bool isJson)
{
    // That nobody listens is worth more to somebody who waits than a retransmission.
    private static readonly CoapClientOptions s_options = new() { Endpoint = new CoapEndpointOptions { Observers = 0, GivesUpWhenRefused = true } };

    /// <summary>Asks once.</summary>
    /// <exception cref="Fault">There is no answer, or it is an error.</exception>
    public async Task AskAsync(CoapClientRequest request, TimeSpan patience, CancellationToken cancel)
    {
        await using CoapClient client = await ConnectAsync(request.Uri, cancel);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(patience);
        try
        {
            Show(await client.SendAsync(Relative(request), limited.Token));
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw NoAnswer(request.Uri, patience, e);
        }
        catch (Exception e) when (e is CoapException or ArgumentException)
        {
            throw Explained(e);
        }
    }

    /// <summary>Asks, and goes on showing what changes.</summary>
    /// <exception cref="Fault">There is no answer, or it is an error, or the server ends the observation.</exception>
    public async Task ObserveAsync(CoapClientRequest request, int count, TimeSpan patience, CancellationToken cancel)
    {
        await using CoapClient client = await ConnectAsync(request.Uri, cancel);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(patience);
        try
        {
            await foreach (CoapClientResponse response in client.ObserveAsync(Relative(request), limited.Token))
            {
                // The first answer is waited for, a change may take its time.
                limited.CancelAfter(Timeout.InfiniteTimeSpan);
                Show(response);
                if (--count <= 0)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl+C is how an observation ends.
        }
        catch (OperationCanceledException e)
        {
            throw NoAnswer(request.Uri, patience, e);
        }
        catch (Exception e) when (e is CoapException or ArgumentException)
        {
            throw Explained(e);
        }
    }

    private static async Task<CoapClient> ConnectAsync(string uri, CancellationToken cancel)
    {
        if (!uri.StartsWith("coap+", StringComparison.OrdinalIgnoreCase) && !uri.StartsWith("coaps+", StringComparison.OrdinalIgnoreCase))
        {
            return new CoapClient(s_options);
        }

        try
        {
            Uri server = new(uri);
            return await CoapClient.ConnectAsync(new Uri(server.GetLeftPart(UriPartial.Authority)), cancellationToken: cancel);
        }
        catch (Exception e) when (e is CoapException or ArgumentException or UriFormatException)
        {
            throw Explained(e);
        }
    }

    // A client of one server takes the path; one of any server the whole.
    private static CoapClientRequest Relative(CoapClientRequest request) =>
        request.Uri.StartsWith("coap+", StringComparison.OrdinalIgnoreCase) || request.Uri.StartsWith("coaps+", StringComparison.OrdinalIgnoreCase)
            ? request with { Uri = new Uri(request.Uri).PathAndQuery }
            : request;

    private static Fault NoAnswer(string uri, TimeSpan patience, Exception e) => new(
        ExitCode.Unreachable,
        string.Create(CultureInfo.InvariantCulture, $"'{uri}' did not answer within {patience.TotalSeconds} s; --timeout gives it longer"),
        e);

    private static Fault Explained(Exception e) => e switch
    {
        CoapResponseException => new(ExitCode.Refused, Fault.ReasonOf(e), e),
        CoapException => new(ExitCode.Unreachable, Fault.ReasonOf(e), e),

        // The parameter's name, which is behind the message, says nothing to who has written a URI.
        _ => new(ExitCode.Usage, e.Message.Split(" (Parameter", StringSplitOptions.None)[0].TrimEnd('.'), e),
    };

    private void Show(CoapClientResponse response)
    {
        if (!response.Code.IsSuccess)
        {
            string diagnostic = response.Payload.Length > 0 ? ": " + Content.Plain(response.Payload) : "";
            throw new Fault(ExitCode.Refused, $"the server answers {response.Code}{diagnostic}");
        }

        Content content = Content.Of(report, path, response.ContentFormat, response.Payload);
        if (isJson)
        {
            terminal.JsonLine(writer => Write(writer, response, content));
        }
        else
        {
            string what = response.ContentFormat is { } format ? $", {FormatNames.Of(format)}, {response.Payload.Length} bytes" : "";
            terminal.Line($"{response.Code}{what}");
            content.Write(terminal);
        }

        // What comes next may take a while.
        terminal.Output.Flush();
    }

    private static void Write(Utf8JsonWriter writer, CoapClientResponse response, Content content)
    {
        writer.WriteStartObject();
        writer.WriteString("code", response.Code.ToString());
        if (response.ContentFormat is { } format)
        {
            writer.WriteString("format", FormatNames.Of(format));
        }

        if (response.Location is { } location)
        {
            writer.WriteString("location", location);
        }

        writer.WritePropertyName("payload");
        content.Write(writer);
        writer.WriteEndObject();
    }
}
