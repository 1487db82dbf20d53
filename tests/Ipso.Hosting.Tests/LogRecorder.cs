using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Ipso.Hosting.Tests;

/// <summary>An event as it was logged.</summary>
internal sealed record LoggedEvent(
    string Category, LogLevel Level, EventId Id, string Text, IReadOnlyDictionary<string, object?> Values, Exception? Exception)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Level} {Id.Id} {Id.Name}: {Text}");
}

/// <summary>Keeps what devices log, and lets a test wait for an event.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<LoggedEvent> _events = [];
    private readonly List<(Func<LoggedEvent, bool> IsIt, TaskCompletionSource<LoggedEvent> Found)> _waiting = [];

    internal IReadOnlyList<LoggedEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    internal async Task<LoggedEvent> WaitForAsync(int id)
    {
        try
        {
            return await FindAsync(id).WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"No event {id} among\n{string.Join('\n', Events)}");
            throw;
        }
    }

    private Task<LoggedEvent> FindAsync(int id)
    {
        bool Matches(LoggedEvent e) => e.Id.Id == id;
        lock (_gate)
        {
            if (_events.Find(Matches) is { } there)
            {
                return Task.FromResult(there);
            }

            TaskCompletionSource<LoggedEvent> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Matches, found));
            return found.Task;
        }
    }

    private void Add(LoggedEvent e)
    {
        lock (_gate)
        {
            _events.Add(e);
            foreach ((Func<LoggedEvent, bool> isIt, TaskCompletionSource<LoggedEvent> found) in _waiting)
            {
                if (isIt(e))
                {
                    _ = found.TrySetResult(e);
                }
            }
        }
    }

    private sealed class Logger(LogRecorder recorder, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (category.StartsWith("Ipso.", StringComparison.Ordinal))
            {
                Dictionary<string, object?> values = state is IReadOnlyList<KeyValuePair<string, object?>> pairs ? new(pairs) : [];
                recorder.Add(new(category, logLevel, eventId, formatter(state, exception), values, exception));
            }
        }
    }
}
