namespace Ipso.Lwm2m.Device;

/// <summary>What information reporting had to let go.</summary>
public sealed class ReportingCounters
{
    /// <summary>Sends that waited for a server and were given up for newer ones (<see cref="ReportingOptions.BufferedSends"/>).</summary>
    public long SendsDropped { get; internal set; }

    /// <summary>
    /// Values that were kept for a server that was away and were given up for newer ones (<see cref="ReportingOptions.StoredValues"/>,
    /// <c>hqmax</c>), had no room in the notification, or went with their observation.
    /// </summary>
    public long ValuesDropped { get; internal set; }
}
