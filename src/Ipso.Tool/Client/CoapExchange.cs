using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Generator.Registry;
using Ipso.Lwm2m;
using Ipso.Net;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Payloads;

namespace Ipso.Tool.Client;

/// <summary>How answers are shown.</summary>
internal enum AnswerForm
{
    /// <summary>For people, by their format.</summary>
    Text,

    /// <summary>For machines: each is one line of JSON.</summary>
    Json,

    /// <summary>The bytes of the payload, as they came.</summary>
    Raw,
}

/// <summary>Asks, and shows what comes back.</summary>
/// <param name="terminal">Where answers are shown.</param>
/// <param name="report">What payloads are read by.</param>
/// <param name="address">What is asked.</param>
internal sealed class CoapExchange(Terminal terminal, PayloadReport report, CoapAddress address)
{
    /// <summary>What proves who is who.</summary>
    public required CredentialChoice Credentials { get; init; }

    /// <summary>How answers are shown.</summary>
    public AnswerForm Form { get; init; }

    /// <summary>How long to wait for an answer; connecting counts.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>Asks once.</summary>
    /// <exception cref="Fault">There is no answer, or it is an error.</exception>
    public async Task AskAsync(CoapClientRequest request, CancellationToken cancel)
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(Patience);
        try
        {
            await using OpenClient open = await OpenClient.OpenAsync(address, Credentials, limited.Token);
            Show(await open.Client.SendAsync(Addressed(request), limited.Token));
        }
        catch (Exception e) when (Explained(e, cancel) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Asks, and goes on showing what changes.</summary>
    /// <exception cref="Fault">There is no answer, or it is an error, or the server does not observe, or no longer.</exception>
    public async Task ObserveAsync(CoapClientRequest request, int count, CancellationToken cancel)
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(Patience);
        try
        {
            await using OpenClient open = await OpenClient.OpenAsync(address, Credentials, limited.Token);
            await foreach (CoapClientResponse response in open.Client.ObserveAsync(Addressed(request), limited.Token))
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
            return;
        }
        catch (Exception e) when (Explained(e, cancel) is { } fault)
        {
            throw fault;
        }

        // One that had begun ends with an exception that says so.
        throw new Fault(ExitCode.Unreachable, $"'{address.Uri}' cannot be observed; that is how it is now");
    }

    // A client of one server takes the path; one of any server the whole.
    private CoapClientRequest Addressed(CoapClientRequest request) =>
        request with { Uri = address.Scheme.Framing == CoapFraming.Datagram ? address.Uri : address.Reference };

    private Fault? Explained(Exception e, CancellationToken cancel) => e switch
    {
        CoapResponseException { Code: var code, Diagnostic: var diagnostic } => Refused(code, diagnostic),
        CoapException or TcpConnectException or UdpBindException or SocketException => new(ExitCode.Unreachable, Fault.ReasonOf(e), e),
        OperationCanceledException when cancel.IsCancellationRequested =>
            new(ExitCode.Stopped, $"stopped; whether the server has done what was asked for is not known", e),
        OperationCanceledException => new(
            ExitCode.Unreachable,
            string.Create(CultureInfo.InvariantCulture, $"'{address.Uri}' did not answer within {Patience.TotalSeconds} s; --timeout gives it longer"),
            e),

        // The parameter's name, which is behind the message, says nothing to who has written a URI.
        ArgumentException => new(ExitCode.Usage, e.Message.Split(" (Parameter", StringSplitOptions.None)[0].TrimEnd('.'), e),
        _ => null,
    };

    private static Fault Refused(CoapCode code, string diagnostic) =>
        new(ExitCode.Refused, $"the server answers {code}{(diagnostic.Length > 0 ? ": " + Blanks.Collapse(diagnostic) : "")}");

    private void Show(CoapClientResponse response)
    {
        if (!response.Code.IsSuccess)
        {
            throw Refused(response.Code, response.Payload.Length > 0 ? Content.Plain(response.Payload) : "");
        }

        if (Form == AnswerForm.Raw)
        {
            terminal.Bytes(response.Payload);
            return;
        }

        Content content = Read(response);
        if (Form == AnswerForm.Json)
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

    // What is wrong with a payload is no fault of the command line here.
    private Content Read(CoapClientResponse response)
    {
        try
        {
            return Content.Of(report, address.Path ?? Lwm2mPath.Root, response.ContentFormat, response.Payload);
        }
        catch (Fault fault) when (fault.Code == ExitCode.Usage)
        {
            throw new Fault(ExitCode.Unreachable, $"the server answers {response.Code}, and {fault.Message}; --raw has its bytes", fault);
        }
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
