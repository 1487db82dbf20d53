namespace Ipso.Lwm2m.Objects;

public sealed partial class Device
{
    private const int CurrentTimeIndex = 13;

    /// <summary>Shows the time at the moment of a read: it goes on by itself, and whoever observes the resource is not told each second.</summary>
    internal void ShowTime(DateTimeOffset time)
    {
        if (Has(CurrentTimeIndex))
        {
            Volatile.Write(ref _fields.CurrentTime, time.UtcTicks);
        }
        else
        {
            CurrentTime = time;
        }
    }
}
