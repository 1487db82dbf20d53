using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;

namespace Ipso.Server;

/// <summary>A device as its server sees it. Members may be called by any thread.</summary>
public sealed partial class DeviceClient
{
    private const int ValuesKept = 256;

    private readonly Lwm2mServer _server;

    internal DeviceClient(Lwm2mServer server, RegisteredDevice device)
    {
        _server = server;
        Device = device;
    }

    /// <summary>The device itself.</summary>
    public RegisteredDevice Device { get; }

    /// <summary>The endpoint's name.</summary>
    public string Endpoint => Device.Endpoint;

    /// <summary>The registration as it is now, or was last.</summary>
    public DeviceRegistration Registration => Device.Registration;

    /// <summary>Sends a request, once the device is awake and those before it are done.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Gives up: what is under way then may be done or not.</param>
    /// <returns>The answer, also one of an error, or why there is none.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<DeviceAnswer> SendAsync(DeviceRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(request, null, cancellationToken);

    /// <summary>The same, with another bound of how long it waits before it is sent.</summary>
    internal Task<DeviceAnswer> SendAsync(DeviceRequest request, TimeSpan? wait, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<DeviceAnswer>(cancellationToken);
        }

        AwaitedOperation operation = wait is { } bound
            ? new(_server, request, cancellationToken) { Timeout = bound }
            : new(_server, request, cancellationToken);
        _server.Invoke(static (endpoint, o, now) => endpoint.Submit(o.Client.Device, o.operation, now), (Client: this, operation));
        operation.CancelBy(cancellationToken);
        return operation.Task;
    }

    /// <summary>
    /// Observes: the first value, and then each that the device reports, also after it has registered anew. Whoever reads slowly loses the
    /// oldest of what waits, beyond 256.
    /// </summary>
    /// <param name="request">What: <see cref="DeviceRequest.Observe"/> or <see cref="DeviceRequest.ObserveComposite"/>.</param>
    /// <param name="cancellationToken">Ends it, and the observation at the device with its next notification.</param>
    /// <exception cref="DeviceException">The device refuses, or ends it; or it is registered no more.</exception>
    public async IAsyncEnumerable<DeviceAnswer> ObserveAsync(
        DeviceRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChannelObservation observation = new(request, Endpoint);
        _server.Invoke(static (endpoint, o, now) => endpoint.Observe(o.Client.Device, o.observation, now), (Client: this, observation));
        try
        {
            await foreach (DeviceAnswer answer in observation.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return answer;
            }
        }
        finally
        {
            try
            {
                _server.Invoke(static (endpoint, o, _) => endpoint.Cancel(o), observation);
            }
            catch (ObjectDisposedException)
            {
                // The server has stopped, and with it all that it observed.
            }
        }
    }

    /// <summary>Endpoint, version and location.</summary>
    public override string ToString() => Registration.ToString();

    private sealed class AwaitedOperation(Lwm2mServer server, DeviceRequest request, CancellationToken cancellationToken)
        : DeviceOperation(request)
    {
        private readonly TaskCompletionSource<DeviceAnswer> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private CancellationTokenRegistration _registration;

        internal Task<DeviceAnswer> Task => _source.Task;

        internal void CancelBy(CancellationToken token)
        {
            if (!token.CanBeCanceled)
            {
                return;
            }

            _registration = token.UnsafeRegister(static o => ((AwaitedOperation)o!).Cancel(), this);
            if (_source.Task.IsCompleted)
            {
                _registration.Unregister();
            }
        }

        protected internal override void OnCompleted(in DeviceResponse response)
        {
            // Not disposed of: that would wait for a cancellation that waits for this call to be over.
            _registration.Unregister();
            _ = response.Outcome == DeviceOutcome.Cancelled
                ? _source.TrySetCanceled(cancellationToken)
                : _source.TrySetResult(new(response));
        }

        private void Cancel()
        {
            try
            {
                server.Invoke(static (endpoint, o, _) => endpoint.Cancel(o), this);
            }
            catch (ObjectDisposedException)
            {
                _source.TrySetCanceled(cancellationToken);
            }
        }
    }

    private sealed class ChannelObservation(DeviceRequest request, string endpoint) : DeviceObservation(request)
    {
        private readonly Channel<DeviceAnswer> _channel = Channel.CreateBounded<DeviceAnswer>(
            new BoundedChannelOptions(ValuesKept) { FullMode = BoundedChannelFullMode.DropOldest });

        internal ChannelReader<DeviceAnswer> Reader => _channel.Reader;

        protected internal override void OnNotified(in DeviceResponse response) => _channel.Writer.TryWrite(new(response));

        protected internal override void OnEnded(in DeviceResponse response) =>
            _channel.Writer.TryComplete(new DeviceException(endpoint, Request, new(response)));
    }
}
