namespace Ipso.Lwm2m.Device;

/// <summary>What a <see cref="NotificationEvent"/> tells.</summary>
public enum NotificationEventKind : byte
{
    /// <summary>The server has acknowledged a confirmable notification.</summary>
    Acknowledged,

    /// <summary>The server has not acknowledged a confirmable notification in time, which ends the observation (RFC 7641, 4.5).</summary>
    TimedOut,

    /// <summary>The server has rejected a notification (RST), which ends the observation (RFC 7641, 3.6).</summary>
    Rejected,

    /// <summary>The server has cancelled the observation (LwM2M TS Core, 6.4.3).</summary>
    Cancelled,

    /// <summary>The last notification was an error, such as that what was observed is gone, which ends the observation.</summary>
    Ended,
}

/// <summary>What has become of a notification, or of the observation that it was for.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">What is observed; the root for a composite.</param>
/// <param name="ShortServerId">Who observes it; <see langword="null"/> where the device has no accounts, and everybody manages it.</param>
/// <remarks>Of a notification that is not confirmable nobody knows whether it arrived: there is no event.</remarks>
public readonly record struct NotificationEvent(NotificationEventKind Kind, Lwm2mPath Path, ushort? ShortServerId)
{
    /// <summary>One line for a log: <c>server 1 has acknowledged /3303/0/5700</c>.</summary>
    public override string ToString() =>
        $"{(ShortServerId is { } id ? $"server {id}" : "somebody")} {Kind switch
        {
            NotificationEventKind.Acknowledged => "has acknowledged",
            NotificationEventKind.TimedOut => "does not acknowledge",
            NotificationEventKind.Rejected => "has rejected",
            NotificationEventKind.Cancelled => "observes no more",
            _ => "was told the end of",
        }} {Path}";
}
