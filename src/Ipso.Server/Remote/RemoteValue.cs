namespace Ipso.Server.Remote;

/// <summary>A value that a device has reported.</summary>
/// <typeparam name="T">Its type.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="Time">When it was: as the device says, else when its report was read.</param>
/// <param name="IsTimestamped">
/// Whether the device says the time: as a rule of what it has stored while the server was not there (LwM2M TS Core, 5.1.2).
/// </param>
public readonly record struct RemoteValue<T>(T Value, DateTimeOffset Time, bool IsTimestamped)
{
    /// <summary>Value and time, for logs.</summary>
    public override string ToString() => $"{Value} at {Time:u}";
}
