using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>A request that a handler is at work on. Used under the lock of the host.</summary>
internal sealed class ServerCall(CoapRoute route, CancellationTokenSource cancellation) : IDisposable
{
    public CoapRoute Route => route;

    public CancellationToken Token { get; } = cancellation.Token;

    /// <summary>The response that was put off; none while the body comes in.</summary>
    public ResponseId Response { get; set; }

    /// <summary>The answer, once there is one.</summary>
    public CoapReply? Reply { get; set; }

    /// <summary>The body of the answer as the engine takes it, where it is a stream.</summary>
    public ICoapBody? Body { get; set; }

    /// <summary>The request; kept to render notifications.</summary>
    public CoapServerRequest? Request { get; set; }

    /// <summary>Where a body that is streamed comes in.</summary>
    public CoapBodyReader? Reader { get; set; }

    /// <summary>
    /// Tells the handler that nobody waits any more; on another thread, since what it has registered is not for this one.
    /// </summary>
    public void Cancel()
    {
        try
        {
            _ = cancellation.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    /// <summary>Nobody wants the answer, nor what its stream throws at the end.</summary>
    /// <param name="counters">Where that is counted.</param>
    public void Drop(CoapCounters counters)
    {
        BodyCalls.Close(Body, counters);
        Body = null;
    }

    /// <summary>Whether the handler has ended, and waits for nothing more.</summary>
    public bool HasEnded { get; private set; }

    public void Dispose()
    {
        HasEnded = true;
        cancellation.Dispose();
    }
}
