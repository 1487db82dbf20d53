using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>A time of day that a test makes up.</summary>
internal sealed class ScriptedWallClock(Func<DateTimeOffset> now) : IWallClock
{
    public DateTimeOffset UtcNow => now();
}
