using System.Threading.Channels;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>A request under way, and who waits for what comes of it.</summary>
internal sealed class ClientExchange(CoapClientRequest request, CoapTarget target, CoapServerAddress server)
{
    // RFC 7641, 3.3.1: nobody is asked before so long after Max-Age, and a notification that comes within it is one in time.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_defaultMaxAge = TimeSpan.FromSeconds(60);

    private long _notifiedAt;
    private TimeSpan _maxAge;

    public CoapClientRequest Request => request;

    public CoapTarget Target => target;

    public CoapServerAddress Server => server;

    public string Shown { get; } = $"{request.Method} {request.Uri}";

    public ExchangeId Id { get; set; }

    /// <summary>The server, as the engine knows it.</summary>
    public PeerId Peer { get; set; }

    /// <summary>The end of the handshake that it has to wait for; null if there is none.</summary>
    public Task? Handshake { get; set; }

    /// <summary>Why there is no security session for it; null as long as nothing is wrong.</summary>
    public string? SessionFailure { get; set; }

    public long StartedAt { get; init; }

    /// <summary>Where notifications go; null if the request does not observe.</summary>
    public ChannelWriter<CoapClientResponse>? Notifications { get; init; }

    /// <summary>Where the body of the response goes; null to have it whole.</summary>
    public CoapBodyReader? Reader { get; init; }

    public bool IsPing { get; init; }

    /// <summary>Whether the server has accepted the observation.</summary>
    public bool IsObserving { get; set; }

    public TaskCompletionSource<CoapClientResponse> Response { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A notification.</summary>
    public void Notify(CoapClientResponse response, TimeProvider time)
    {
        if (IsObserving && time.GetElapsedTime(_notifiedAt) - _maxAge is var gap && gap >= s_grace)
        {
            response.Gap = gap;
        }

        IsObserving = true;
        _notifiedAt = time.GetTimestamp();
        _maxAge = response.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : s_defaultMaxAge;
        Notifications?.TryWrite(response);
    }

    /// <summary>The end of an observation that the server has accepted, by a response that is no notification.</summary>
    public CoapException Ended() =>
        new(CoapFailure.ObservationEnded, $"{server.Shown} has ended the observation of {request.Uri}.");

    /// <summary>A response that ends the exchange.</summary>
    public void Complete(CoapClientResponse response)
    {
        Response.TrySetResult(response);
        Reader?.Complete();
        if (Notifications is null)
        {
            return;
        }

        Exception? end = null;
        if (!response.Code.IsSuccess)
        {
            end = new CoapResponseException(response.Code, response.ContentFormat is null ? response.GetText() : "", Shown)
            {
                RetryAfter = response.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            };
        }
        else
        {
            Notifications.TryWrite(response);
            if (IsObserving)
            {
                end = Ended();
            }
        }

        Notifications.TryComplete(end);
    }

    public void Fail(Exception exception)
    {
        Response.TrySetException(exception);
        Reader?.Fail(exception);
        if (Notifications is not null)
        {
            Notifications.TryComplete(exception);

            // Nobody awaits it.
            _ = Response.Task.Exception;
        }
        else if (Reader is not null)
        {
            _ = Response.Task.Exception;
        }
    }
}
