using System.Globalization;
using Ipso.Coap;

namespace Ipso.Lwm2m.Device;

/// <summary>How a device stands with its Bootstrap-Server.</summary>
public enum BootstrapState : byte
{
    /// <summary>There is no need to bootstrap, or nobody to do it.</summary>
    Idle,

    /// <summary>The hold-off time (0/x/11) passes, or the wait for the next try.</summary>
    Waiting,

    /// <summary>The Bootstrap-Server is looked up, or asked.</summary>
    Requesting,

    /// <summary>The Bootstrap-Server sends its commands. Nothing of what they do is seen before it finishes.</summary>
    Open,
}

/// <summary>What a <see cref="BootstrapEvent"/> tells.</summary>
public enum BootstrapEventKind : byte
{
    /// <summary>A try begins.</summary>
    Started,

    /// <summary>The Bootstrap-Server is asked for a Bootstrap-Pack.</summary>
    PackRequested,

    /// <summary>There is no Bootstrap-Pack to use: the device asks for a bootstrap by commands at once.</summary>
    PackFailed,

    /// <summary>The Bootstrap-Server is asked to bootstrap the device by commands.</summary>
    Requested,

    /// <summary>The Bootstrap-Server has finished, and what it has said counts.</summary>
    Finished,

    /// <summary>All is as it was before: see <see cref="BootstrapEvent.Failure"/> and <see cref="BootstrapEvent.NextTryIn"/>.</summary>
    Failed,

    /// <summary>The time of the Bootstrap-Server's account is over (0/x/12), and the account is gone.</summary>
    AccountExpired,
}

/// <summary>Why a bootstrap, or a request for a Bootstrap-Pack, has failed.</summary>
public enum BootstrapFailure : byte
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>The Bootstrap-Server's URI has no address.</summary>
    Unresolved,

    /// <summary>The Bootstrap-Server did not answer in time.</summary>
    Timeout,

    /// <summary>Nobody listens at the Bootstrap-Server's port, as ICMP says.</summary>
    Refused,

    /// <summary>The Bootstrap-Server has rejected the message (RST), or its response was not understood.</summary>
    Reset,

    /// <summary>The Bootstrap-Server has answered with an error: see <see cref="BootstrapEvent.Code"/>.</summary>
    Rejected,

    /// <summary>The Bootstrap-Pack is longer than a body may be, or did not get through.</summary>
    TooLarge,

    /// <summary>The Bootstrap-Pack cannot be read, or does not suit the device.</summary>
    Unreadable,

    /// <summary>The accounts do not fit together.</summary>
    Inconsistent,

    /// <summary>The Bootstrap-Server has said nothing for EXCHANGE_LIFETIME, and did not finish.</summary>
    Unfinished,

    /// <summary>
    /// The account asks for protection (0/x/17) that there is none for, or whose keys cannot be used: see
    /// <see cref="BootstrapEvent.Reason"/>.
    /// </summary>
    Unprotected,
}

/// <summary>What has become of bootstrapping.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Uri">The Bootstrap-Server's URI.</param>
public readonly record struct BootstrapEvent(BootstrapEventKind Kind, string Uri)
{
    /// <summary>Why it has failed.</summary>
    public BootstrapFailure Failure { get; init; }

    /// <summary>What the Bootstrap-Server has answered; 0.00 where it has not.</summary>
    public CoapCode Code { get; init; }

    /// <summary>The reason in words, where there is more to say than <see cref="Failure"/> does.</summary>
    public string? Reason { get; init; }

    /// <summary>When the next try is; <see langword="null"/> where none is needed.</summary>
    public TimeSpan? NextTryIn { get; init; }

    /// <summary>Why it has failed, in words; empty if it has not.</summary>
    public string Explanation
    {
        get
        {
            string why = Failure switch
            {
                BootstrapFailure.Unresolved => "the host has no address",
                BootstrapFailure.Timeout => "no answer",
                BootstrapFailure.Refused => "nobody listens there",
                BootstrapFailure.Reset => "the message was rejected",
                BootstrapFailure.Rejected => $"the answer was {Code}",
                BootstrapFailure.TooLarge => "it does not get through",
                BootstrapFailure.Unreadable => "it cannot be read",
                BootstrapFailure.Inconsistent => "the accounts do not fit together",
                BootstrapFailure.Unfinished => "the server has not finished",
                BootstrapFailure.Unprotected => "there is no protection",
                _ => "",
            };
            return Reason is null ? why : $"{why}: {Reason}";
        }
    }

    /// <summary>One line for a log.</summary>
    public override string ToString()
    {
        string what = Kind switch
        {
            BootstrapEventKind.Started => "bootstrap begins",
            BootstrapEventKind.PackRequested => "asked for a pack",
            BootstrapEventKind.PackFailed => $"no pack: {Explanation}",
            BootstrapEventKind.Requested => "asked for a bootstrap",
            BootstrapEventKind.Finished => "bootstrapped",
            BootstrapEventKind.Failed => $"bootstrap failed: {Explanation}",
            _ => "the account's time is over",
        };
        string next = NextTryIn is { } span ? string.Create(CultureInfo.InvariantCulture, $"; next try in {span.TotalSeconds:0.#} s") : "";
        return $"bootstrap server at {Uri}: {what}{next}";
    }
}
