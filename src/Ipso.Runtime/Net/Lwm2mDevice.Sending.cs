using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;

namespace Ipso.Net;

// What the device tells servers without being asked.
public sealed partial class Lwm2mDevice
{
    /// <inheritdoc cref="DeviceEndpoint.SendEnded"/>
    public Action<SendResult>? SendEnded
    {
        get => Endpoint.SendEnded;
        set => Endpoint.SendEnded = value;
    }

    /// <inheritdoc cref="DeviceEndpoint.NotificationChanged"/>
    public Action<NotificationEvent>? NotificationChanged
    {
        get => Endpoint.NotificationChanged;
        set => Endpoint.NotificationChanged = value;
    }

    /// <summary>
    /// Sends to all servers what lies on some paths, as it is now (LwM2M TS Core, 6.4.6). For a server that is not registered with it waits
    /// (<see cref="ReportingOptions.BufferedSends"/>).
    /// </summary>
    /// <param name="paths">Objects, Object Instances, Resources or Resource Instances.</param>
    /// <returns>Ends when each server has its result, which may take as long as one of them is away.</returns>
    /// <exception cref="InvalidOperationException">The device was not started, or has no servers.</exception>
    /// <exception cref="ObjectDisposedException">It has stopped.</exception>
    /// <exception cref="ArgumentException">There are no paths, or the root is among them.</exception>
    /// <example>
    /// <code>
    /// foreach (SendResult result in await device.SendAsync(new Lwm2mPath(3303, 0, 5700)))
    /// {
    ///     Console.WriteLine(result);    // send to server 1: delivered
    /// }
    /// </code>
    /// </example>
    public Task<IReadOnlyList<SendResult>> SendAsync(params Lwm2mPath[] paths) => SendAsync(new SendContent(paths));

    /// <summary>Sends to servers: values as they are now, and such as the program has kept with their times.</summary>
    /// <param name="content">What is sent.</param>
    /// <param name="shortServerId">The server; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Gives up waiting; it is sent all the same.</param>
    /// <inheritdoc cref="SendAsync(Lwm2mPath[])"/>
    public Task<IReadOnlyList<SendResult>> SendAsync(
        SendContent content, ushort? shortServerId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        UdpHost host = _host ?? throw new InvalidOperationException("The device does not run before Start.");
        TaskCompletionSource<IReadOnlyList<SendResult>> all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // What is sent is for servers, which are left when the device stops: then nobody is to wait any longer.
        _ = Servers;
        host.Invoke(Endpoint, (endpoint, now) => endpoint.Send(content, shortServerId, results => all.TrySetResult(results), now));
        return all.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Stores the Sends that were not delivered, at once, as <see cref="StopAsync"/> does: before the device is switched off.
    /// </summary>
    /// <returns>Whether nothing is left to be stored; if not, <see cref="HandlerFailed"/> hears why, and it is tried again in a minute.</returns>
    /// <exception cref="InvalidOperationException">The device was not started.</exception>
    /// <exception cref="ObjectDisposedException">It has stopped.</exception>
    public bool StoreSends() =>
        _host is { } host
            ? host.Invoke(Endpoint, static (endpoint, now) => endpoint.StoreSends(now))
            : throw new InvalidOperationException("The device does not run before Start.");
}
