using Ipso.Coap.Engine;

namespace Ipso.Server;

/// <summary>What has a moment at which something is to be done about it.</summary>
internal interface IDue
{
    /// <summary>When; <see langword="null"/> for never.</summary>
    Instant? Due { get; }

    /// <summary>The moment that it stands in a <see cref="DueQueue{T}"/> by, which alone sets it.</summary>
    Instant? QueuedFor { get; set; }
}

/// <summary>
/// The deadlines of very many things that move their own further and further away: what is moved is not searched for, but looked at when its
/// old deadline comes.
/// </summary>
/// <typeparam name="T">The things.</typeparam>
/// <param name="live">All that have a deadline, for when most of what stands here has none any more.</param>
internal sealed class DueQueue<T>(Func<IEnumerable<T>> live)
    where T : class, IDue
{
    // How much may stand here in vain, beyond as much as is live.
    private const int Slack = 1024;

    private readonly PriorityQueue<T, Instant> _queue = new();

    /// <summary>How much stands here, in vain or not.</summary>
    internal int Count => _queue.Count;

    /// <summary>When <see cref="TryTake"/> may find something.</summary>
    internal Instant? Next => _queue.TryPeek(out _, out Instant due) ? due : null;

    /// <summary>Notes a deadline that was set.</summary>
    /// <param name="item">What it is of.</param>
    /// <param name="count">How many have one.</param>
    internal void Note(T item, int count)
    {
        if (item.Due is { } due && (item.QueuedFor is not { } queued || due < queued))
        {
            Enqueue(item, due);
        }

        if (_queue.Count > (2 * count) + Slack)
        {
            Compact();
        }
    }

    /// <summary>Takes what is due. It stands here no more, until it is noted again.</summary>
    internal bool TryTake(Instant now, out T? item)
    {
        while (_queue.TryPeek(out item, out Instant queued) && queued <= now)
        {
            _queue.Dequeue();
            if (item.QueuedFor != queued)
            {
                // It was moved ahead, and has come already.
                continue;
            }

            item.QueuedFor = null;
            if (item.Due is not { } due)
            {
                continue;
            }

            if (due <= now)
            {
                return true;
            }

            Enqueue(item, due);
        }

        item = null;
        return false;
    }

    private void Enqueue(T item, Instant due)
    {
        _queue.Enqueue(item, due);
        item.QueuedFor = due;
    }

    private void Compact()
    {
        _queue.Clear();
        foreach (T item in live())
        {
            item.QueuedFor = null;
            if (item.Due is { } due)
            {
                Enqueue(item, due);
            }
        }
    }
}
