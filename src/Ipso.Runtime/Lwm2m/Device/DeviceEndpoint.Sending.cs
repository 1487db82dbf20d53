using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// What the device tells servers without being asked (LwM2M TS Core, 6.4.6).
public sealed partial class DeviceEndpoint
{
    private Sends? _sends;

    /// <summary>What information reporting had to let go.</summary>
    public ReportingCounters ReportingCounters { get; } = new();

    /// <summary>Told of what has become of each Send, for each server.</summary>
    public Action<SendResult>? SendEnded { get; set; }

    /// <summary>
    /// Sends to servers: to each what it may read of it. To one that is registered with it goes at once, as it is now; for one that is not,
    /// it waits with the values of now and their time, as long as there is room (<see cref="ReportingOptions.BufferedSends"/>).
    /// </summary>
    /// <param name="content">What is sent.</param>
    /// <param name="shortServerId">The server; <see langword="null"/> for all.</param>
    /// <param name="completed">
    /// Told once, from inside the call or later, when each server has its result: in ascending order of the Short Server IDs.
    /// </param>
    /// <param name="now">The moment.</param>
    /// <exception cref="InvalidOperationException">The device has no servers.</exception>
    /// <exception cref="ArgumentException">There is nothing in it.</exception>
    public void Send(SendContent content, ushort? shortServerId, Action<IReadOnlyList<SendResult>>? completed, Instant now)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Paths.Count == 0 && content.Values.Count == 0)
        {
            throw new ArgumentException("There is nothing to send: name a path, or add a value.", nameof(content));
        }

        if (_registrations is null || _registrations.All.Count == 0)
        {
            throw new InvalidOperationException("The device has no servers to send to.");
        }

        MakeSends().Begin(content, shortServerId, completed, now);
    }

    /// <summary>
    /// Stores the Sends that were not delivered, at once: before the device is switched off, or sleeps for long. Where it has no
    /// <see cref="DeviceOptions.Storage"/>, or nothing has come or gone since they were stored, nothing is done.
    /// </summary>
    /// <param name="now">The moment.</param>
    /// <returns>Whether nothing is left to be stored; if not, <see cref="HandlerFailed"/> hears why, and it is tried again in a minute.</returns>
    public bool StoreSends(Instant now) => _memory?.StoreSends(this, now) != false;

    /// <summary>What Sends take, from the first one on.</summary>
    internal Sends MakeSends() => _sends ??= new(this, _registrations!) { Clock = Clock };

    /// <summary>Nothing is sent any more, until the device starts again what can be stored: whoever waits for a result is told.</summary>
    internal void AbandonSends()
    {
        _sends?.Abandon(_now);
    }
}
