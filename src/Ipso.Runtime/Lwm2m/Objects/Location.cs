using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Objects;

public sealed partial class Location
{
    /// <summary>Sets where the device is, all of it at once: observers hear of it once. What a fix does not have is absent from then on.</summary>
    /// <param name="latitude">Degrees north, -90 to 90.</param>
    /// <param name="longitude">Degrees east, -180 to 180.</param>
    /// <param name="timestamp">When it was there.</param>
    /// <param name="altitude">Metres above sea level.</param>
    /// <param name="radius">How far off it may be, in metres, 0 or more.</param>
    /// <param name="speed">Metres per second, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range or no number.</exception>
    public void Fix(
        double latitude, double longitude, DateTimeOffset timestamp, double? altitude = null, double? radius = null, double? speed = null)
    {
        Check(latitude, -90, 90, nameof(latitude));
        Check(longitude, -180, 180, nameof(longitude));
        Check(altitude ?? 0, double.MinValue, double.MaxValue, nameof(altitude));
        Check(radius ?? 0, 0, double.MaxValue, nameof(radius));
        Check(speed ?? 0, 0, double.MaxValue, nameof(speed));
        using UpdateScope update = BeginUpdate();
        Latitude = latitude;
        Longitude = longitude;
        Altitude = altitude;
        Radius = radius;
        Speed = speed;
        Timestamp = timestamp;
    }

    private static void Check(double value, double min, double max, string name)
    {
        if (!(value >= min && value <= max))
        {
            throw new ArgumentOutOfRangeException(name, value, $"It is from {min} to {max}.");
        }
    }
}
