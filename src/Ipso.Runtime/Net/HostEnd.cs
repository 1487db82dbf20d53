namespace Ipso.Net;

/// <summary>
/// The end of a host, as tasks for who asks for them: what only stops and waits for the threads has none of the platform's tasks in a
/// native program, which are 17 KB.
/// </summary>
internal sealed class HostEnd
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _completion;
    private TaskCompletionSource? _end;

    // Settles the tasks, once there is one.
    private Action? _settle;
    private bool _hasCome;

    /// <summary>Ends when the host has; faulted by <see cref="Fault"/>.</summary>
    public Task Completion => Promise(ref _completion);

    /// <summary>Ends with <see cref="Completion"/>, and is never faulted.</summary>
    public Task End => Promise(ref _end);

    /// <summary>Whether the host has ended.</summary>
    public bool HasCome => Volatile.Read(ref _hasCome);

    /// <summary>What has ended the host, the first of several; <see langword="null"/> where it was told to stop.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Something broke, which the host ends of.</summary>
    public void Blame(Exception exception)
    {
        lock (_gate)
        {
            Fault ??= exception;
        }
    }

    /// <summary>The host has ended.</summary>
    public void Come()
    {
        lock (_gate)
        {
            _hasCome = true;
            _settle?.Invoke();
        }
    }

    private Task Promise(ref TaskCompletionSource? source)
    {
        lock (_gate)
        {
            source ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            _settle = Settle;
            if (_hasCome)
            {
                Settle();
            }

            return source.Task;
        }
    }

    private void Settle()
    {
        if (Fault is null)
        {
            _ = _completion?.TrySetResult();
        }
        else if (_completion?.TrySetException(Fault) is true)
        {
            // Nobody has to look at it.
            _ = _completion.Task.Exception;
        }

        _ = _end?.TrySetResult();
    }
}
