using Ipso.Lwm2m.Device;

namespace Ipso.Net;

/// <summary>The time of day of a <see cref="TimeProvider"/>.</summary>
internal sealed class WallClock(TimeProvider time) : IWallClock
{
    /// <inheritdoc/>
    public DateTimeOffset UtcNow => time.GetUtcNow();
}
