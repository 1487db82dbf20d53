using System.Collections.Concurrent;

namespace Ipso.Server.Cluster;

/// <summary>Brings requests to servers of the same process. They go as bytes all the same, as they would to any other.</summary>
/// <param name="time">The clock that commands' times go by.</param>
public sealed class LocalRouter(TimeProvider time) : IDeviceRouter
{
    private readonly ConcurrentDictionary<NodeIdentity, Served> _served = new();
    private readonly TimeProvider _time = time ?? throw new ArgumentNullException(nameof(time));

    /// <inheritdoc/>
    public async ValueTask<RoutedAnswer> SendAsync(NodeIdentity owner, RoutedCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Timeout <= TimeSpan.Zero)
        {
            return new(RoutedOutcome.Expired);
        }

        if (!_served.TryGetValue(owner, out Served? served) || RoutedCommand.TryRead(command.ToBytes()) is not { } carried)
        {
            return new(RoutedOutcome.OwnerLost);
        }

        using CancellationTokenSource expiry = new(command.Timeout, _time);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, served.Ended.Token);
#pragma warning disable CA1031 // Whatever the other one throws, it may have been done.
        try
        {
            // The handler is not trusted to end when it is told to.
            RoutedAnswer answer = await served.Handler(carried, ending.Token).AsTask()
                .WaitAsync(ending.Token).WaitAsync(cancellationToken).ConfigureAwait(false);
            return RoutedAnswer.TryRead(answer.ToBytes()) ?? new(RoutedOutcome.Unknown);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new(RoutedOutcome.Unknown);
        }
#pragma warning restore CA1031
    }

    /// <inheritdoc/>
    public IDisposable Serve(NodeIdentity node, Func<RoutedCommand, CancellationToken, ValueTask<RoutedAnswer>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Served served = new(this, node, handler);
        return _served.TryAdd(node, served) ? served : throw new InvalidOperationException($"Node {node} is served already.");
    }

    private sealed class Served(
        LocalRouter router, NodeIdentity node, Func<RoutedCommand, CancellationToken, ValueTask<RoutedAnswer>> handler) : IDisposable
    {
        internal Func<RoutedCommand, CancellationToken, ValueTask<RoutedAnswer>> Handler => handler;

        // Not disposed of: those under way still look at it.
        internal CancellationTokenSource Ended { get; } = new();

        public void Dispose()
        {
            router._served.TryRemove(new(node, this));
            Ended.Cancel();
        }
    }
}
