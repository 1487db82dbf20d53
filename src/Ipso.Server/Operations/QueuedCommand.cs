using Ipso.Coap;
using Ipso.Server.Stores;

namespace Ipso.Server.Operations;

/// <summary>A request that is kept until its device is awake, however often the server starts anew meanwhile.</summary>
public sealed class QueuedCommand
{
    // An answer that is longer is told, but not kept.
    private const int MaxAnswerKept = 4096;

    private const byte HasFormat = 1;
    private const byte IsCutOff = 2;

    private readonly CommandRecord _record;

    /// <summary>Reads a command as a store has it.</summary>
    /// <param name="record">The command.</param>
    public QueuedCommand(CommandRecord record)
    {
        _record = record ?? throw new ArgumentNullException(nameof(record));
        Request = RequestCodec.TryRead(record.Request);
        ReadOnlySpan<byte> answer = record.Answer.Span;
        if (answer.Length < 4)
        {
            return;
        }

        Code = new(answer[0]);
        ContentFormat = (answer[1] & HasFormat) != 0 ? (ContentFormat)(answer[2] | answer[3] << 8) : null;
        Payload = (answer[1] & IsCutOff) != 0 ? null : record.Answer[4..];
    }

    /// <summary>Its id: those of later ones are greater.</summary>
    public long Id => _record.Id;

    /// <summary>The device's endpoint name.</summary>
    public string Endpoint => _record.Endpoint;

    /// <summary>Of an endpoint, one command has it; <see langword="null"/> for none.</summary>
    public string? Key => _record.Key;

    /// <summary>What is asked; <see langword="null"/> where it cannot be read: the record is damaged, or of a later version.</summary>
    public DeviceRequest? Request { get; }

    /// <summary>When it was enqueued.</summary>
    public DateTimeOffset EnqueuedAt => _record.EnqueuedAt;

    /// <summary>Until when it may be sent, and is known.</summary>
    public DateTimeOffset ExpiresAt => _record.ExpiresAt;

    /// <summary>How far it has come.</summary>
    public CommandState State => _record.State;

    /// <summary>The code of the answer, where the device has answered.</summary>
    public CoapCode Code { get; }

    /// <summary>The format of the answer; <see langword="null"/> where the device has not answered, or does not say.</summary>
    public ContentFormat? ContentFormat { get; }

    /// <summary>The payload of the answer; <see langword="null"/> where there is no answer, or one of more than 4096 bytes.</summary>
    public ReadOnlyMemory<byte>? Payload { get; }

    /// <summary>Makes a command that is to be enqueued.</summary>
    /// <param name="endpoint">The device's endpoint name; it need not have registered yet.</param>
    /// <param name="request">What to ask; no observation.</param>
    /// <param name="timeToLive">How long it may wait, and is known. More than 0, at most ten years.</param>
    /// <param name="key">Of an endpoint, one command has it: what is enqueued twice is there once. <see langword="null"/> for none.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The record to hand to <see cref="ICommandStore.EnqueueAsync"/>.</returns>
    /// <exception cref="ArgumentException">The endpoint has no name, or the request observes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of range.</exception>
    public static CommandRecord Create(string endpoint, DeviceRequest request, TimeSpan timeToLive, string? key, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        ArgumentNullException.ThrowIfNull(request);
        if (request.Observes)
        {
            throw new ArgumentException("A command is over with its answer: an observation is not.", nameof(request));
        }

        if (timeToLive <= TimeSpan.Zero || timeToLive > TimeSpan.FromDays(3653))
        {
            throw new ArgumentOutOfRangeException(nameof(timeToLive), timeToLive, "Must be more than 0, and at most ten years.");
        }

        return new(
            0, endpoint, key, now, now + timeToLive, request.IsIdempotent, CommandState.Waiting, default, RequestCodec.Write(request), default);
    }

    internal static byte[] WriteAnswer(in DeviceResponse response)
    {
        if (response.Outcome != DeviceOutcome.Answered)
        {
            return [];
        }

        bool isCutOff = response.Payload.Length > MaxAnswerKept;
        ushort format = (ushort)response.ContentFormat.GetValueOrDefault();
        byte traits = (byte)((response.ContentFormat is null ? 0 : HasFormat) | (isCutOff ? IsCutOff : 0));
        return [response.Code.Value, traits, (byte)format, (byte)(format >> 8), .. isCutOff ? default : response.Payload];
    }

    /// <summary>Id, endpoint, request and state, for logs.</summary>
    public override string ToString() => $"Command {Id} of {Endpoint}, {Request?.ToString() ?? "which cannot be read"}: {State}{(State == CommandState.Answered ? $" {Code}" : "")}";
}
