using System.Net;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;

namespace Ipso.Net;

/// <summary>An LwM2M device on a UDP socket: add objects, start it, set values from any thread.</summary>
/// <example>
/// <code>
/// Temperature temperature = new() { SensorValue = 21.5 };
/// await using Lwm2mDevice device = new();
/// device.Objects.Add(temperature);
/// device.Start(new IPEndPoint(IPAddress.Loopback, 5683));
/// temperature.SensorValue = 22.0; // whoever observes /3303/0/5700 hears of it
/// </code>
/// </example>
/// <param name="options">Sizes and times; <see langword="null"/> for the defaults.</param>
/// <param name="time">The clock; <see langword="null"/> for the system's.</param>
public sealed class Lwm2mDevice(DeviceOptions? options = null, TimeProvider? time = null) : IAsyncDisposable
{
    private UdpHost? _host;

    /// <summary>The device without its socket, for what this class does not offer.</summary>
    public DeviceEndpoint Endpoint { get; } = new(new SystemRandomSource(), options);

    /// <summary>The objects that it serves.</summary>
    public ObjectTree Objects => Endpoint.Objects;

    /// <summary>Told of every request that was answered and every notification rendered, on the device's thread.</summary>
    public HandledRequestCallback? RequestHandled
    {
        get => Endpoint.RequestHandled;
        set => Endpoint.RequestHandled = value;
    }

    /// <summary>Which server may do what, where there are several.</summary>
    public AccessControl Access => Endpoint.Access;

    /// <summary>
    /// Told, on the device's thread, of what a server has created, deleted and written, when it is done and before the answer goes out.
    /// </summary>
    public Action<ServerChange>? ChangedByServer
    {
        get => Endpoint.ChangedByServer;
        set => Endpoint.ChangedByServer = value;
    }

    /// <summary>Told of an exception out of an Execute handler or a callback, which the peer sees as 5.00.</summary>
    public Action<Exception>? HandlerFailed
    {
        get => Endpoint.HandlerFailed;
        set => Endpoint.HandlerFailed = value;
    }

    /// <summary>The address and port that it serves on.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public IPEndPoint LocalEndPoint =>
        _host?.LocalEndPoint ?? throw new InvalidOperationException("The device has no address before Start.");

    /// <summary>Ends when the device has stopped; faulted where its socket or a callback broke.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public Task Completion => _host?.Completion ?? throw new InvalidOperationException("The device does not run before Start.");

    /// <summary>Opens the socket and serves.</summary>
    /// <param name="local">Address and port; port 0 lets the system choose one, see <see cref="LocalEndPoint"/>.</param>
    /// <exception cref="UdpBindException">The port is in use, or the address is not one of this machine.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start(IPEndPoint local)
    {
        if (_host is not null)
        {
            throw new InvalidOperationException($"The device serves on {_host.LocalEndPoint} already.");
        }

        UdpHost host = new(Endpoint, local, time: time);
        Endpoint.WakeRequested = host.Wake;
        _host = host;
    }

    /// <summary>Stops serving and closes the socket.</summary>
    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
