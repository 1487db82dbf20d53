using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>What has happened in the years of devices, and what their Sends have come to.</summary>
internal sealed class YearTotals
{
    private readonly long[] _registration = new long[Enum.GetValues<RegistrationEventKind>().Length];
    private readonly long[] _failures = new long[Enum.GetValues<RegistrationFailure>().Length];
    private readonly long[] _notifications = new long[Enum.GetValues<NotificationEventKind>().Length];
    private readonly long[] _sends = new long[Enum.GetValues<SendOutcome>().Length];

    internal long Reboots { get; set; }

    internal long Partitions { get; set; }

    internal long Changes { get; set; }

    /// <summary>How often it was looked whether a registration holds that has to.</summary>
    internal long Checks { get; set; }

    internal long Datagrams { get; set; }

    /// <summary>Sends without a result, of a device that was not rebooted meanwhile.</summary>
    internal long OpenSends { get; private set; }

    internal long this[RegistrationEventKind kind] => _registration[(int)kind];

    internal long this[RegistrationFailure failure] => _failures[(int)failure];

    internal long this[NotificationEventKind kind] => _notifications[(int)kind];

    internal long this[SendOutcome outcome] => _sends[(int)outcome];

    internal void BeginSend() => OpenSends++;

    internal void EndSend(IReadOnlyList<SendResult> results, bool isInTime)
    {
        OpenSends -= isInTime ? 1 : 0;
        foreach (SendResult result in results)
        {
            _sends[(int)result.Outcome]++;
        }
    }

    /// <summary>The device is rebooted: what is under way is not to be waited for.</summary>
    internal void Abandon() => OpenSends = 0;

    internal void Count(in RegistrationEvent e)
    {
        _registration[(int)e.Kind]++;
        _failures[(int)e.Failure]++;
    }

    internal void Count(in NotificationEvent e) => _notifications[(int)e.Kind]++;

    internal void Add(YearTotals other)
    {
        Reboots += other.Reboots;
        Partitions += other.Partitions;
        Changes += other.Changes;
        Checks += other.Checks;
        Datagrams += other.Datagrams;
        Add(_registration, other._registration);
        Add(_failures, other._failures);
        Add(_notifications, other._notifications);
        Add(_sends, other._sends);
    }

    public override string ToString() =>
        $"{Reboots} reboots, {Partitions} partitions, {Changes} changes, {Checks} checks, {Datagrams} datagrams;"
        + Show<RegistrationEventKind>(_registration) + Show<RegistrationFailure>(_failures)
        + Show<NotificationEventKind>(_notifications) + Show<SendOutcome>(_sends);

    private static void Add(long[] counts, long[] others)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] += others[i];
        }
    }

    private static string Show<T>(long[] counts)
        where T : struct, Enum =>
        $" {typeof(T).Name}: {string.Join(", ", Enum.GetValues<T>().Select((kind, i) => $"{kind} {counts[i]}"))}.";
}
