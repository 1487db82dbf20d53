namespace Ipso.Lwm2m.Device;

/// <summary>Tells the time of day. Unlike the moments that a device is driven with, it may jump.</summary>
public interface IWallClock
{
    /// <summary>What a calendar shows now.</summary>
    DateTimeOffset UtcNow { get; }
}
