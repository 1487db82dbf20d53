using Ipso.Buffers;
using Ipso.Coap;

namespace Ipso.Lwm2m.Device;

/// <summary>What a <see cref="RegistrationEvent"/> tells.</summary>
public enum RegistrationEventKind : byte
{
    /// <summary>The server has accepted a Register.</summary>
    Registered,

    /// <summary>The server has accepted an Update.</summary>
    Updated,

    /// <summary>A Register or Update has failed, or a notification that is to be acknowledged: see <see cref="RegistrationEvent.Failure"/> and <see cref="RegistrationEvent.NextTryIn"/>.
    /// </summary>
    Failed,

    /// <summary>The registration is ended, because the device stops or the server has a new URI.</summary>
    Deregistered,

    /// <summary>The server has disabled itself (1/x/4): the device comes back after <see cref="RegistrationEvent.NextTryIn"/>.</summary>
    Disabled,

    /// <summary>In queue mode: nothing is to be heard from the server until the next Update. The radio may be off.</summary>
    Sleeping,

    /// <summary>In queue mode: the server may be heard from.</summary>
    Awake,

    /// <summary>The server wants the device to bootstrap (1/x/9), or registration has failed for good (1/x/16).</summary>
    BootstrapRequested,
}

/// <summary>Why a Register or an Update has failed.</summary>
public enum RegistrationFailure : byte
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>The server's URI has no address, or there is no security session with it: see <see cref="RegistrationEvent.Reason"/>.</summary>
    Unresolved,

    /// <summary>The server did not answer in time, or has not acknowledged a notification: see <see cref="RegistrationEvent.Reason"/>.
    /// </summary>
    Timeout,

    /// <summary>Nobody listens at the server's port, as ICMP says.</summary>
    Refused,

    /// <summary>The security session with the server has ended.</summary>
    SessionClosed,

    /// <summary>The server has rejected the message (RST), or its response had a critical option that is not understood.</summary>
    Reset,

    /// <summary>The server has answered with an error: see <see cref="RegistrationEvent.Code"/>.</summary>
    Rejected,

    /// <summary>The server has answered without a Location-Path, or with one that is too long.</summary>
    NoLocation,

    /// <summary>The links of the objects did not get to the server, or are longer than a body may be.</summary>
    TooLarge,

    /// <summary>The lifetime was over before the server answered an Update.</summary>
    Expired,

    /// <summary>Another server of the device is at the same address and port, so that their requests could not be told apart: see
    /// <see cref="RegistrationEvent.Reason"/>.</summary>
    SharedAddress,

    /// <summary>
    /// The account asks for protection (0/x/17) that there is none for, or whose keys cannot be used: see
    /// <see cref="RegistrationEvent.Reason"/>.
    /// </summary>
    Unprotected,
}

/// <summary>What has become of the registration with a server.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="ShortServerId">The server's Short Server ID.</param>
/// <param name="Uri">The server's URI.</param>
public readonly record struct RegistrationEvent(RegistrationEventKind Kind, ushort ShortServerId, string Uri)
{
    // In ticks: a time among the fields would bring all that formats one into a native program.
    private readonly long? _nextTryIn;

    /// <summary>The version of LwM2M that the device is registered with, or has tried.</summary>
    public ObjectVersion Version { get; init; }

    /// <summary>Why it has failed.</summary>
    public RegistrationFailure Failure { get; init; }

    /// <summary>What the server has answered; 0.00 where it has not.</summary>
    public CoapCode Code { get; init; }

    /// <summary>The reason in words, where there is more to say than <see cref="Failure"/> does.</summary>
    public string? Reason { get; init; }

    /// <summary>When the next Register goes out; <see langword="null"/> for never, or where there is no need.</summary>
    public TimeSpan? NextTryIn
    {
        get => _nextTryIn is { } ticks ? TimeSpan.FromTicks(ticks) : null;
        init => _nextTryIn = value?.Ticks;
    }

    /// <summary>Why it has failed, in words; empty if it has not.</summary>
    public string Explanation => Failure switch
    {
        RegistrationFailure.Unresolved => Reason ?? "the host has no address",
        RegistrationFailure.Timeout => Reason ?? "no answer",
        RegistrationFailure.Refused => "nobody listens there",
        RegistrationFailure.SessionClosed => "the security session has ended",
        RegistrationFailure.Reset => "the message was rejected",
        RegistrationFailure.Rejected => "the answer was " + Code.ToString(),
        RegistrationFailure.NoLocation => "the answer " + Code.ToString() + " has no usable Location-Path",
        RegistrationFailure.TooLarge => "the links of the objects do not get through",
        RegistrationFailure.Expired => "the lifetime was over",
        RegistrationFailure.SharedAddress => $"{Reason}: their requests could not be told apart",
        RegistrationFailure.Unprotected => Reason ?? "there is no protection",
        _ => "",
    };

    /// <summary>One line for a log.</summary>
    public override string ToString() => Phrase.Of($"server {ShortServerId} at {Uri}: {What}{Next}");

    private string What => Kind switch
    {
        RegistrationEventKind.Registered => "registered, LwM2M " + Version.ToString(),
        RegistrationEventKind.Updated => "updated",
        RegistrationEventKind.Failed => "failed: " + Explanation,
        RegistrationEventKind.Deregistered => "deregistered",
        RegistrationEventKind.Disabled => "disabled",
        RegistrationEventKind.Sleeping => "sleeping",
        RegistrationEventKind.Awake => "awake",
        RegistrationEventKind.BootstrapRequested => "bootstraprequested",
        _ => "",
    };

    // In tenths of a second.
    private string Next
    {
        get
        {
            if (NextTryIn is not { } span)
            {
                return Kind == RegistrationEventKind.Failed ? "; no further try" : "";
            }

            long tenths = (span.Ticks + TimeSpan.TicksPerSecond / 20) / (TimeSpan.TicksPerSecond / 10);
            return tenths % 10 == 0 ? Phrase.Of($"; next try in {tenths / 10} s") : Phrase.Of($"; next try in {tenths / 10}.{tenths % 10} s");
        }
    }
}
