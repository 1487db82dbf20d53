using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>A CoAP client for one server, over UDP or TCP, with a socket of its own. For any thread.</summary>
public sealed partial class CoapClient : IAsyncDisposable
{
    // What came in while the reader was busy: only the latest states count (RFC 7641, 1.3).
    private const int NotificationBacklog = 16;

    private readonly string _serverName;
    private readonly string _serverAddress;
    private readonly int _serverPort;
    private readonly string _uriHost;
    private readonly SemaphoreSlim _free;
    private readonly Dictionary<ExchangeId, Pending> _pending = [];
    private CoapEngine _engine = null!;
    private ICoapHost _host = null!;
    private PeerId _server;

    private CoapClient(CoapEndpointOptions options, IPEndPoint server, string uriHost)
    {
        _free = new SemaphoreSlim(options.Exchanges);
        _uriHost = uriHost;
        _serverName = server.ToString();
        (_serverAddress, _serverPort) = (uriHost.Length > 0 ? uriHost : server.Address.ToString(), server.Port);
    }

    /// <summary>Reads a resource.</summary>
    /// <param name="path">Path and perhaps query in URI form: <c>/3303/0/5700</c>, <c>/rd?ep=node</c>.</param>
    /// <param name="accept">The format wanted; null for any.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> GetAsync(string path, ContentFormat? accept = null, CancellationToken cancellationToken = default) =>
        SendAsync(CoapCode.Get, path, accept: accept, cancellationToken: cancellationToken);

    /// <summary>Replaces a resource.</summary>
    /// <param name="path">Path and perhaps query in URI form.</param>
    /// <param name="payload">The new representation.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> PutAsync(
        string path, ReadOnlyMemory<byte> payload, ContentFormat? contentFormat = null, CancellationToken cancellationToken = default) =>
        SendAsync(CoapCode.Put, path, payload, contentFormat, cancellationToken: cancellationToken);

    /// <summary>Has a payload processed.</summary>
    /// <param name="path">Path and perhaps query in URI form.</param>
    /// <param name="payload">The payload; may be empty.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> PostAsync(
        string path,
        ReadOnlyMemory<byte> payload = default,
        ContentFormat? contentFormat = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(CoapCode.Post, path, payload, contentFormat, cancellationToken: cancellationToken);

    /// <summary>Deletes a resource.</summary>
    /// <param name="path">Path and perhaps query in URI form.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public Task<CoapClientResponse> DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        SendAsync(CoapCode.Delete, path, cancellationToken: cancellationToken);

    /// <summary>Makes a request of any method. If all exchanges are in use, it waits for one.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and perhaps query in URI form.</param>
    /// <param name="payload">The payload; may be empty.</param>
    /// <param name="contentFormat">Its format; null to say nothing.</param>
    /// <param name="accept">The format wanted; null for any.</param>
    /// <param name="confirmable">False sends the request once, as NON.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    /// <exception cref="ArgumentException">The request does not fit into a message, or the path is not in URI form.</exception>
    public async Task<CoapClientResponse> SendAsync(
        CoapCode method,
        string path,
        ReadOnlyMemory<byte> payload = default,
        ContentFormat? contentFormat = null,
        ContentFormat? accept = null,
        bool confirmable = true,
        CancellationToken cancellationToken = default)
    {
        using Activity? activity = IpsoTelemetry.StartRequest(method, path, _serverAddress, _serverPort);
        var pending = new Pending(method, path, payload, contentFormat, accept, confirmable, null);
        try
        {
            await StartAsync(pending, cancellationToken).ConfigureAwait(false);
            await using (cancellationToken.Register(() => Abandon(pending, cancellationToken)).ConfigureAwait(false))
            {
                CoapClientResponse response = await pending.Response.Task.ConfigureAwait(false);
                IpsoTelemetry.SetResponse(activity, response.Code);
                return response;
            }
        }
        catch (Exception e) when (activity is not null)
        {
            string type = e is CoapException { Failure: var failure } ? $"{failure}" : e.GetType().FullName!;
            IpsoTelemetry.SetFailure(activity, type, e.Message);
            throw;
        }
    }

    /// <summary>Observes a resource (RFC 7641). Ends when the server ends it; leaving the loop deregisters.</summary>
    /// <param name="path">Path and perhaps query in URI form.</param>
    /// <param name="accept">The format wanted; null for any.</param>
    /// <param name="cancellationToken">Ends the observation.</param>
    /// <returns>The first response, then the notifications, none older than the one before; a slow reader misses some, but never the
    /// latest. A server that does not offer observation gives one response.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    public async IAsyncEnumerable<CoapClientResponse> ObserveAsync(
        string path, ContentFormat? accept = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var notifications = Channel.CreateBounded<CoapClientResponse>(new BoundedChannelOptions(NotificationBacklog)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
        var pending = new Pending(CoapCode.Get, path, default, null, accept, true, notifications.Writer);
        await StartAsync(pending, cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (CoapClientResponse response in notifications.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return response;
            }
        }
        finally
        {
            Abandon(pending, cancellationToken);
        }
    }

    /// <summary>Ends all requests and observations with <see cref="CoapFailure.Closed"/> and closes the socket.</summary>
    /// <returns>Ends when the socket is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync().ConfigureAwait(false);
        CloseAll();
    }

    private async Task StartAsync(Pending pending, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _host.Invoke((client: this, pending), static (call, _) => call.client.Begin(call.pending));
        }
        catch (ObjectDisposedException)
        {
            _free.Release();
            throw new CoapException(CoapFailure.Closed, "The client is closed.");
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    private void Begin(Pending pending)
    {
        int query = pending.Path.IndexOf('?', StringComparison.Ordinal);
        var head = new CoapRequestHead
        {
            Method = pending.Method,
            NonConfirmable = !pending.Confirmable,
            Host = _uriHost,
            Path = query < 0 ? pending.Path : pending.Path.AsSpan(0, query),
            Query = query < 0 ? default : pending.Path.AsSpan(query + 1),
            ContentFormat = pending.ContentFormat,
            Accept = pending.Accept,
            Observe = pending.Notifications is not null,
        };
        pending.Id = _engine.Request(_server, head, pending.Payload.Span);
        if (pending.Id.IsNone)
        {
            throw _engine is CoapStreamEndpoint { ConnectionCount: 0 }
                ? new CoapException(CoapFailure.Closed, $"The connection to {_serverName} is closed.")
                : new CoapException(
                    CoapFailure.Transfer, $"There is no room left for the {pending.Payload.Length} bytes of {pending.Path}.");
        }

        _pending.Add(pending.Id, pending);
    }

    // The owner no longer waits: forget the exchange, or have the observation end, whose slot comes back with the last event.
    private void Abandon(Pending pending, CancellationToken cancellationToken)
    {
        pending.Response.TrySetCanceled(cancellationToken);
        try
        {
            _host.Invoke((client: this, pending), static (call, _) =>
            {
                CoapClient client = call.client;
                if (client._engine.Cancel(call.pending.Id) && !client._engine.IsOpen(call.pending.Id))
                {
                    client.Remove(call.pending.Id);
                }
            });
        }
        catch (ObjectDisposedException)
        {
            // Everything has ended already.
        }
    }

    private void TakeEvents(Instant now)
    {
        while (_engine.TryTakeEvent(out CoapEvent e))
        {
            if (!_pending.TryGetValue(e.Exchange, out Pending? pending))
            {
                continue;
            }

            if (e.HasMessage)
            {
                pending.Deliver(new CoapClientResponse(e.Message));
            }
            else
            {
                pending.Fail(Failure(e, pending));
            }

            if (e.Kind != CoapEventKind.Notification)
            {
                pending.Notifications?.TryComplete();
                Remove(e.Exchange);
            }
        }
    }

    private CoapException Failure(in CoapEvent e, Pending pending)
    {
        string request = $"{pending.Method} {pending.Path}";
        return e.Kind switch
        {
            CoapEventKind.Reset => new CoapException(CoapFailure.Reset, $"{_serverName} rejected {request} (RST)."),
            CoapEventKind.Rejected => new CoapException(
                CoapFailure.Rejected, $"The response of {_serverName} to {request} needs an option that this client does not understand."),
            CoapEventKind.TransferFailed => new CoapException(
                CoapFailure.Transfer, $"The blocks of {request} to {_serverName} did not come through: {e.TransferFault}."),
            CoapEventKind.ConnectionClosed => new CoapException(
                CoapFailure.Closed, $"{_serverName} closed the connection before {request} was answered."),
            _ => new CoapException(CoapFailure.Timeout, $"{_serverName} did not answer {request}."),
        };
    }

    private void Remove(ExchangeId id)
    {
        if (_pending.Remove(id))
        {
            _free.Release();
        }
    }

    // After the thread has ended nobody else touches the table.
    private void CloseAll()
    {
        lock (_pending)
        {
            foreach (Pending pending in _pending.Values)
            {
                pending.Fail(new CoapException(CoapFailure.Closed, "The client is closed."));
            }

            _free.Release(_pending.Count + 1);
            _pending.Clear();
        }
    }

    private sealed record Pending(
        CoapCode Method,
        string Path,
        ReadOnlyMemory<byte> Payload,
        ContentFormat? ContentFormat,
        ContentFormat? Accept,
        bool Confirmable,
        ChannelWriter<CoapClientResponse>? Notifications)
    {
        public ExchangeId Id { get; set; }

        public TaskCompletionSource<CoapClientResponse> Response { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Deliver(CoapClientResponse response)
        {
            Response.TrySetResult(response);
            Notifications?.TryWrite(response);
        }

        public void Fail(CoapException exception)
        {
            if (Notifications is null)
            {
                Response.TrySetException(exception);
            }
            else
            {
                Notifications.TryComplete(exception);
            }
        }
    }
}
