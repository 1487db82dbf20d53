using System.Runtime.InteropServices;

namespace Ipso.Tool.CommandLine;

/// <summary>
/// Ctrl+C, and what else asks a process to end, as a cancellation, from the moment that there is one of these: the library of the command
/// line hears them only once a command has begun to wait, when a request may be out already. One more ends the process as it does by itself,
/// and so does a command that goes on for too long.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Timer _end = new(static _ => Environment.Exit((int)ExitCode.Stopped));
    private readonly PosixSignalRegistration[] _signals;

    public StopSignals() =>
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

    /// <summary>Canceled by the first.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        Array.ForEach(_signals, static signal => signal.Dispose());
        _end.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        try
        {
            _end.Change(s_patience, Timeout.InfiniteTimeSpan);
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has ended at the same time.
        }
    }
}
