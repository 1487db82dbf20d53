using Ipso.Buffers;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Bounds and choices of information reporting (LwM2M TS Core, 5.1 and 6.4). Immutable; a value that makes no sense throws where it is set.
/// </summary>
public sealed record ReportingOptions
{
    /// <summary>Bounds for a device that has little memory, as <see cref="Coap.Engine.CoapEndpointOptions.Constrained"/> are.</summary>
    public static ReportingOptions Constrained { get; } = new()
    {
        AssignedPaths = 16,
        CompositePaths = 8,
        BufferedSends = 4,
        StoredValues = 16,
        StoredSendBytes = 2048,
    };

    /// <summary>
    /// On how many paths servers can assign attributes, each server for itself; 64 unless set. What is beyond is refused with 5.00.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than 1,048,576.</exception>
    public int AssignedPaths { get; init => field = Within(value, 1 << 20); } = 64;

    /// <summary>
    /// How many paths beside its first one all Observe-Composites together can have; 64 unless set. What is beyond is answered as if it had
    /// not asked to observe (RFC 7641, 4.1). How many observations there can be is for <see cref="DeviceOptions.Coap"/> to say.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than 1,048,576.</exception>
    public int CompositePaths { get; init => field = Within(value, 1 << 20); } = 64;

    /// <summary>
    /// Whether <c>gt</c> counts only when the value rises above it, and <c>lt</c> only when it falls below it, as the examples of LwM2M TS
    /// Transport, 6.4.4, have it. If not, which is the default, each counts in both directions (Core, 5.1.2).
    /// </summary>
    public bool ThresholdsInOneDirection { get; init; }

    /// <summary>
    /// How many Sends wait for each server that is not registered with, or busy; 16 unless set. What is more takes the place of the oldest.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than 1,048,576.</exception>
    public int BufferedSends { get; init => field = Within(value, 1 << 20); } = 16;

    /// <summary>
    /// How long after one came or went the Sends that were not delivered are stored, where the device has a
    /// <see cref="DeviceOptions.Storage"/>: zero for before the next message to a day, 10 minutes unless set; <see langword="null"/> for not
    /// at all. Whatever is stored is written as a whole: so often does a queue that changes all the time wear the storage, and so much of it
    /// can a loss of power cost. A device that stops stores them at once, and so does <see cref="DeviceEndpoint.StoreSends"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than a day.</exception>
    public TimeSpan? StoresSendsAfter
    {
        get;
        init => field = value is null || value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be zero to a day.");
    } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How many bytes of Sends are stored; 32,768 unless set. Of more the oldest are left out. A value takes 18 bytes and, of a number, 8.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than 1,048,576.</exception>
    public int StoredSendBytes { get; init => field = Within(value, 1 << 20); } = 32 * 1024;

    /// <summary>
    /// How many values are kept for observers whose server is away, of all observations together; 64 unless set. What is more takes the
    /// place of the oldest. With 0 it is only kept that there is something to be told. A server is away while it does not answer an Update,
    /// from the first retransmission on, and with <see cref="StoresWhileAsleep"/> while the device sleeps.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than 65,536.</exception>
    public int StoredValues { get; init => field = Within(value, 1 << 16); } = 64;

    /// <summary>
    /// Whether a device in queue mode keeps what is due while it sleeps until it is awake, as for a server that does not answer an Update.
    /// If not, which is the default, it notifies at once, which wakes it.
    /// </summary>
    public bool StoresWhileAsleep { get; init; }

    private static int Within(int value, int most) =>
        (uint)value <= (uint)most ? value : throw new ArgumentOutOfRangeException(nameof(value), value, Phrase.Of($"Must be 0 to {most}."));

    /// <summary>The name alone: a native program would have all that formats the values, whether it prints them or not.</summary>
    public override string ToString() => nameof(ReportingOptions);

    /// <inheritdoc/>
    // Of one value: no table has options for its keys, and one of all values is up to 1 KB of native code.
    public override int GetHashCode() => AssignedPaths;
}
