using Ipso.Server.Operations;
using Ipso.Server.Stores;

namespace Ipso.Server.Cluster;

/// <summary>
/// A server among several that share their stores. A device is registered at the one that has last accepted its Register; requests for devices of
/// others are brought to these. Members may be called by any thread.
/// </summary>
/// <remarks>
/// A node that cannot renew its lease stops within it: devices are answered 5.03 and find another one, and what it would still write is refused by
/// the epochs of their registrations.
/// </remarks>
public sealed class ClusterNode : IAsyncDisposable
{
    // So often within a lease; it counts as over when a third of it is left, and no renewal has come through.
    private const int RenewalsPerLease = 3;

    private readonly INodeMembership _membership;
    private readonly IDeviceRouter _router;
    private readonly IRegistrationStore _registrations;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _fenced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IDisposable _serving;
    private readonly Task _renewing;
    private int _isDisposed;

    private ClusterNode(
        Lwm2mServer server, NodeIdentity identity, INodeMembership membership, IDeviceRouter router, IRegistrationStore registrations,
        TimeProvider time, TimeSpan lease)
    {
        (Server, Identity, _membership, _router, _registrations, _time, _lease) = (server, identity, membership, router, registrations, time, lease);
        _serving = router.Serve(identity, HandleAsync);
        _renewing = RenewAsync();
    }

    /// <summary>Who it is.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>The server, to be started by its owner; disposed of with the node.</summary>
    public Lwm2mServer Server { get; }

    /// <summary>Ends when the lease could not be renewed: the server has stopped, and the node is to be disposed of.</summary>
    public Task Fenced => _fenced.Task;

    /// <summary>Takes a place among the servers.</summary>
    /// <param name="options">Those of the server, with a store of registrations that the others have too.</param>
    /// <param name="membership">Who gives places.</param>
    /// <param name="router">Who brings requests to other servers.</param>
    /// <param name="lease">How long a place is held without a word, 3 s or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The node, with a server that was not started yet.</returns>
    /// <exception cref="ArgumentException">There is no store of registrations.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lease is too short.</exception>
    /// <exception cref="IOException">There is no place, or it is not known whether there is.</exception>
    public static async Task<ClusterNode> JoinAsync(
        ServerEndpointOptions options, INodeMembership membership, IDeviceRouter router, TimeSpan lease,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(membership);
        ArgumentNullException.ThrowIfNull(router);
        ArgumentOutOfRangeException.ThrowIfLessThan(lease, TimeSpan.FromSeconds(RenewalsPerLease));
        IRegistrationStore registrations = options.Registrations
            ?? throw new ArgumentException("Servers that know nothing of each other's devices are no cluster: set Registrations.", nameof(options));
        NodeIdentity identity = await membership.JoinAsync(lease, cancellationToken).ConfigureAwait(false)
            ?? throw new IOException("There are as many servers as there may be.");
        return new(new Lwm2mServer(options with { Node = identity }), identity, membership, router, registrations, options.Time, lease);
    }

    /// <summary>Asks a device, wherever it is registered.</summary>
    /// <param name="endpoint">Its endpoint name.</param>
    /// <param name="request">What to ask; no observation.</param>
    /// <param name="timeout">How long it may take, more than 0.</param>
    /// <param name="cancellationToken">Gives up: what is under way then may be done or not.</param>
    /// <returns>What has become of it. A device that is registered nowhere is <see cref="RoutedOutcome.Done"/> with
    /// <see cref="DeviceOutcome.NotRegistered"/>.</returns>
    /// <exception cref="ArgumentException">The request observes.</exception>
    /// <exception cref="IOException">The store of registrations cannot be read.</exception>
    public async Task<RoutedAnswer> SendAsync(
        string endpoint, DeviceRequest request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        if (request.Observes)
        {
            throw new ArgumentException("A device is observed where it is registered.", nameof(request));
        }

        return await _registrations.FindAsync(endpoint, cancellationToken).ConfigureAwait(false) is { } record
            ? await _router.SendAsync(record.Node, new(endpoint, record.Epoch, request, timeout), cancellationToken).ConfigureAwait(false)
            : new(RoutedOutcome.Done, new(new DeviceResponse(DeviceOutcome.NotRegistered, "the device is registered nowhere")));
    }

    /// <summary>Gives the place back, and stops the server. A second time it does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _serving.Dispose();
        await Server.DisposeAsync().ConfigureAwait(false);
#pragma warning disable CA1031 // Without a word the place is free after the lease.
        try
        {
            await _membership.LeaveAsync(Identity).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // As above.
        }
#pragma warning restore CA1031
        _stopping.Dispose();
    }

    // What another server wants of a device of this one.
    private async ValueTask<RoutedAnswer> HandleAsync(RoutedCommand command, CancellationToken cancellationToken)
    {
        (DeviceClient? device, bool isAwake) = FindOwn(command);
        if (device is null)
        {
            return new(RoutedOutcome.OwnerLost);
        }

        if (!isAwake)
        {
            return new(RoutedOutcome.Sleeping);
        }

        // Half of the time to be sent in: what was not is known not to have been done.
        DeviceAnswer answer = await device.SendAsync(command.Request, command.Timeout / 2, cancellationToken).ConfigureAwait(false);
        return answer.Outcome switch
        {
            DeviceOutcome.Unknown or DeviceOutcome.Cancelled => new(RoutedOutcome.Unknown),
            DeviceOutcome.Expired => new(RoutedOutcome.Expired),
            DeviceOutcome.NotRegistered => new(RoutedOutcome.OwnerLost),
            _ => new(RoutedOutcome.Done, answer),
        };
    }

    private (DeviceClient? Device, bool IsAwake) FindOwn(RoutedCommand command)
    {
        try
        {
            DeviceClient? device = Server.Find(command.Endpoint);
            bool isOwn = device is not null && device.Registration.Epoch == command.Epoch && !_fenced.Task.IsCompleted;
            bool isAwake = false;
            if (isOwn)
            {
                Server.Invoke((endpoint, own, now) => isAwake = endpoint.IsAwake(own.Device, now), device!);
            }

            return (isOwn ? device : null, isAwake);
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // Not started yet, or stopped.
            return default;
        }
    }

    private async Task RenewAsync()
    {
        TimeSpan interval = _lease / RenewalsPerLease;
        long renewedAt = _time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(interval, _time, _stopping.Token).ConfigureAwait(false);
                long askedAt = _time.GetTimestamp();
                switch (await TryRenewAsync(interval).ConfigureAwait(false))
                {
                    case true:
                        renewedAt = askedAt;
                        break;
                    case false:
                        Fence();
                        return;
                    default:
                        if (_time.GetElapsedTime(renewedAt) >= _lease - interval)
                        {
                            Fence();
                            return;
                        }

                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
    }

    // Null where it is not known.
    private async Task<bool?> TryRenewAsync(TimeSpan patience)
    {
#pragma warning disable CA1031 // Whatever is wrong, the lease goes on running.
        try
        {
            return await _membership.RenewAsync(Identity, _lease, _stopping.Token).AsTask().WaitAsync(patience, _time, _stopping.Token)
                .ConfigureAwait(false);
        }
        catch (Exception) when (!_stopping.IsCancellationRequested)
        {
            return null;
        }
#pragma warning restore CA1031
    }

    private void Fence()
    {
        _fenced.TrySetResult();
        try
        {
            Server.Invoke(static (endpoint, _, _) => endpoint.Fence(), this);
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // It serves nobody.
        }
    }
}
