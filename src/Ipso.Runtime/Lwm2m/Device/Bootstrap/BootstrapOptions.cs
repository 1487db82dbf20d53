namespace Ipso.Lwm2m.Device;

/// <summary>How a device bootstraps, and what a Bootstrap-Server may make it hold. Immutable; a value out of range throws where it is
/// set.</summary>
public sealed record BootstrapOptions
{
    /// <summary>
    /// Whether to ask for a Bootstrap-Pack first, all accounts in one answer (LwM2M TS Core, 6.1.7.7), as LwM2M 1.2 has it. Where there is
    /// none the device asks to be bootstrapped command by command.
    /// </summary>
    public bool AsksForPack { get; init; } = true;

    /// <summary>
    /// Whether the Bootstrap-Server's commands may come from another port of its address than the one in its URI. Without security any
    /// program on that host then passes for the Bootstrap-Server.
    /// </summary>
    public bool AsksFromAnyPort { get; init; }

    /// <summary>The wait after a bootstrap that has failed, doubled with each: a second to a day; a minute by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan RetryDelay { get; init => field = Delay(value); } = TimeSpan.FromMinutes(1);

    /// <summary>The longest of these waits, a second to a day; an hour by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public TimeSpan MaxRetryDelay { get; init => field = Delay(value); } = TimeSpan.FromHours(1);

    /// <summary>How many bytes of payload a Bootstrap-Server may write until it finishes, 256 to 67108864; 64 KiB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxBytes { get; init => field = Within(value, 256, 1 << 26); } = 64 * 1024;

    /// <summary>How many Object Instances a Bootstrap-Server may make until it finishes, 2 to 65535; 64 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxInstances { get; init => field = Within(value, 2, Lwm2mPath.MaxId); } = 64;

    private static int Within(int value, int min, int max) =>
        value >= min && value <= max ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"Must be {min} to {max}.");

    private static TimeSpan Delay(TimeSpan value) =>
        value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A wait is a second to a day.");

    /// <summary>The name alone: a native program would have all that formats the values, whether it prints them or not.</summary>
    public override string ToString() => nameof(BootstrapOptions);

    /// <inheritdoc/>
    // Of one value, as of all options.
    public override int GetHashCode() => MaxBytes;
}
