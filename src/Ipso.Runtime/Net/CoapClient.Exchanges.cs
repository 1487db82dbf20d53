using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Threading.Channels;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// Requests on their way through the engine.
public sealed partial class CoapClient
{
    // What surely goes into one message beside a long URI; a longer payload is pulled block by block.
    private const int MaxPiece = 512;

    /// <summary>Makes a request. If all exchanges are in use, it waits for one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <returns>The response, which may be an error.</returns>
    /// <exception cref="CoapException">There is no response.</exception>
    /// <exception cref="ArgumentException">The request does not fit into a message, or the URI is none of CoAP.</exception>
    public Task<CoapClientResponse> SendAsync(CoapClientRequest request, CancellationToken cancellationToken = default) =>
        RunAsync(request, isPing: false, cancellationToken);

    /// <summary>Asks whether a server is there, with an empty message (RFC 7252, 4.3). The path of the URI does not matter.</summary>
    /// <param name="uri">An absolute URI; for a client of one server also a path.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How long the answer took.</returns>
    /// <exception cref="CoapException">There is no answer.</exception>
    public async Task<TimeSpan> PingAsync(string uri = "/", CancellationToken cancellationToken = default)
    {
        long start = _options.Time.GetTimestamp();
        await RunAsync(new CoapClientRequest(CoapCode.Empty, uri), isPing: true, cancellationToken).ConfigureAwait(false);
        return _options.Time.GetElapsedTime(start);
    }

    /// <summary>
    /// Reads a resource as a stream, however long it is. Blocks are fetched as the stream is read, at most
    /// <see cref="CoapClientOptions.StreamBuffer"/> ahead.
    /// </summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="accept">The format wanted; null for any.</param>
    /// <param name="cancellationToken">Gives up the request; once the stream is there, disposing it does.</param>
    /// <returns>The stream, when the first bytes are there. If the rest does not come, reading throws a <see cref="CoapException"/>.
    /// </returns>
    /// <exception cref="CoapResponseException">The server answered with an error.</exception>
    /// <exception cref="CoapException">There is no response.</exception>
    public async Task<Stream> GetStreamAsync(string uri, ContentFormat? accept = null, CancellationToken cancellationToken = default)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = new CoapBodyReader(_options.StreamBuffer, _options.Endpoint.MaxMessageSize, readsToEnd: false)
        {
            Started = () => started.TrySetResult(),
        };
        ClientExchange exchange = await PrepareAsync(
            new CoapClientRequest(CoapCode.Get, uri) { Accept = accept }, reader, null, isPing: false, cancellationToken)
            .ConfigureAwait(false);
        reader.Drained = () => Proceed(exchange);
        reader.Left = () => Abandon(exchange, CancellationToken.None);
        await StartAsync(exchange, cancellationToken).ConfigureAwait(false);
        await using (cancellationToken.Register(() => Abandon(exchange, cancellationToken)).ConfigureAwait(false))
        {
            if (await Task.WhenAny(started.Task, exchange.Response.Task).ConfigureAwait(false) == exchange.Response.Task)
            {
                (await exchange.Response.Task.ConfigureAwait(false)).EnsureSuccess();
            }
        }

        return reader;
    }

    private async Task<CoapClientResponse> RunAsync(CoapClientRequest request, bool isPing, CancellationToken cancellationToken)
    {
        ClientExchange exchange = await PrepareAsync(request, null, null, isPing, cancellationToken).ConfigureAwait(false);
        using Activity? activity = isPing
            ? null
            : IpsoTelemetry.StartRequest(
                request.Method, exchange.Target.Path, exchange.Server.Address, exchange.Server.EndPoint.Port);
        try
        {
            await StartAsync(exchange, cancellationToken).ConfigureAwait(false);
            await using (cancellationToken.Register(() => Abandon(exchange, cancellationToken)).ConfigureAwait(false))
            {
                CoapClientResponse response = await exchange.Response.Task.ConfigureAwait(false);
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

    private async ValueTask<ClientExchange> PrepareAsync(
        CoapClientRequest request,
        CoapBodyReader? reader,
        ChannelWriter<CoapClientResponse>? notifications,
        bool isPing,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        CoapTarget target = CoapTarget.Parse(request.Uri, isSecure: IsSecure);
        CoapServerAddress server = target.IsRelative
            ? _server ?? throw new ArgumentException($"'{request.Uri}' says no server: coap://host{target.Path}.", nameof(request))
            : _connection is null
            ? (await ResolveAsync(target, _options, FamilyOfSocket, cancellationToken).ConfigureAwait(false))[0]
            : throw new ArgumentException($"'{request.Uri}' names a server, and this client has a connection to one.", nameof(request));
        return new ClientExchange(request, target, server)
        {
            Reader = reader,
            Notifications = notifications,
            IsPing = isPing,
            StartedAt = _options.Time.GetTimestamp(),
        };
    }

    // A socket of IPv6 serves IPv4 as well where it is bound to no address.
    private AddressFamily FamilyOfSocket =>
        LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6 && UdpBinding.IsWildcard(LocalEndPoint)
            ? AddressFamily.Unspecified
            : LocalEndPoint.AddressFamily;

    private async Task StartAsync(ClientExchange exchange, CancellationToken cancellationToken)
    {
        await ReconnectAsync(exchange, cancellationToken).ConfigureAwait(false);
        ICoapBody? body = await BodyOfAsync(exchange, cancellationToken).ConfigureAwait(false);
        try
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            body?.Close();
            throw;
        }

        bool isUnderWay = false;
        try
        {
            while (!(isUnderWay = _host.Invoke(
                (client: this, exchange, body), static (call, now) => call.client.Begin(call.exchange, call.body, now)))
                && exchange.Handshake is { } handshake)
            {
                exchange.Handshake = null;
                await handshake.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ObjectDisposedException)
        {
            throw ClosedException();
        }
        finally
        {
            if (!isUnderWay)
            {
                _free.Release();
                body?.Close();
            }
        }

        if (!isUnderWay)
        {
            throw _engine is CoapStreamEndpoint streams && !IsConnected(streams)
                ? new CoapException(CoapFailure.Closed, $"The connection to {exchange.Server.Shown} is closed.")
                : new CoapException(CoapFailure.Transfer, $"There is no room left for {exchange.Shown}.");
        }
    }

    private async ValueTask<ICoapBody?> BodyOfAsync(ClientExchange exchange, CancellationToken cancellationToken)
    {
        CoapClientRequest request = exchange.Request;
        if (request.Body is not { } stream)
        {
            return request.Payload.Length > MaxPiece ? new MemoryBody(request.Payload) : null;
        }

        if (stream.CanSeek)
        {
            return new SeekableBody(stream, leaveOpen: true);
        }

        var body = new PumpedBody(stream, _options.StreamBuffer, leaveOpen: true) { Filled = () => Proceed(exchange) };
        try
        {
            await body.First.WaitAsync(cancellationToken).ConfigureAwait(false);
            return body;
        }
        catch
        {
            body.Close();
            throw;
        }
    }

    // Under the lock of the host.
    private bool Begin(ClientExchange exchange, ICoapBody? body, Instant now)
    {
        if ((_connection ?? PeerOf(exchange, now)) is not { } peer)
        {
            return false;
        }

        exchange.Peer = peer;
        CoapClientRequest request = exchange.Request;
        if (exchange.IsPing)
        {
            exchange.Id = _engine is CoapEndpoint datagrams
                ? datagrams.Ping(peer)
                : throw new NotSupportedException("A connection is asked by its host whether it is alive (RFC 8323, 5.4).");
        }
        else
        {
            bool isRobust = request.RobustBlocks || _options.RobustBlocks;
            var head = new CoapRequestHead
            {
                Method = request.Method,

                // RFC 9177, 7: a robust transfer is one of Non-confirmable messages; the engine sees to those that have to be answered.
                NonConfirmable = !request.Confirmable || isRobust,
                RobustBlocks = isRobust,
                Host = exchange.Server.UriHost,
                Path = exchange.Target.Path,
                Query = exchange.Target.Query,
                ContentFormat = request.ContentFormat,
                Accept = request.Accept,
                ETag = request.ETag.Span,
                IfMatch = request.IfMatch.Span,
                IfNoneMatch = request.IfNoneMatch,
                Observe = exchange.Notifications is not null,
                Sink = exchange.Reader,
            };
            exchange.Id = body is null ? _engine.Request(peer, head, request.Payload.Span) : _engine.Request(peer, head, body);
        }

        if (exchange.Id.IsNone)
        {
            return exchange.IsPing || _engine.MayRequest(peer)
                ? false
                : throw new CoapException(
                    CoapFailure.Security, $"There is no security context with {exchange.Server.Shown} for {exchange.Shown}.");
        }

        _exchanges.Add(exchange.Id, exchange);
        return true;
    }

    // The owner no longer waits: forget the exchange, or have the observation end, whose slot comes back with the last event.
    private void Abandon(ClientExchange exchange, CancellationToken cancellationToken)
    {
        exchange.Response.TrySetCanceled(cancellationToken.IsCancellationRequested ? cancellationToken : new CancellationToken(true));
        InvokeIfOpen(exchange, static (client, exchange) =>
        {
            if (client._engine.Cancel(exchange.Id) && !client._engine.IsOpen(exchange.Id))
            {
                client.Remove(exchange.Id);
            }
        });
    }

    private void Proceed(ClientExchange exchange) =>
        InvokeIfOpen(exchange, static (client, exchange) => client._engine.Proceed(exchange.Id));

    private void InvokeIfOpen(ClientExchange exchange, Action<CoapClient, ClientExchange> action)
    {
        try
        {
            _host.Invoke((client: this, exchange, action), static (call, _) => call.action(call.client, call.exchange));
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
            if (!_exchanges.TryGetValue(e.Exchange, out ClientExchange? exchange))
            {
                continue;
            }

            if (e.Kind == CoapEventKind.Notification)
            {
                exchange.Notify(new CoapClientResponse(e.Message, exchange.Shown), _options.Time);
                continue;
            }

            if (e.HasMessage && e.Kind != CoapEventKind.Unprotected)
            {
                exchange.Complete(new CoapClientResponse(e.Message, exchange.Shown));
            }
            else if (e.Kind == CoapEventKind.Reset && exchange.IsPing)
            {
                exchange.Response.TrySetResult(CoapClientResponse.Pong);
            }
            else
            {
                exchange.Fail(Failure(e, exchange));
                DoubtSession(e, exchange, now);
            }

            Remove(e.Exchange);
        }
    }

    private CoapException Failure(in CoapEvent e, ClientExchange exchange)
    {
        string request = exchange.IsPing ? $"a ping of {exchange.Request.Uri}" : exchange.Shown;
        string server = exchange.Server.Shown;
        TimeSpan elapsed = _options.Time.GetElapsedTime(exchange.StartedAt);
        (CoapFailure failure, string message) = e.Kind switch
        {
            CoapEventKind.Reset => (CoapFailure.Reset, $"{server} rejected {request} (RST)."),
            CoapEventKind.Rejected => (
                CoapFailure.Rejected, $"The response of {server} to {request} needs an option that this client does not understand."),
            CoapEventKind.TransferFailed => (
                CoapFailure.Transfer, $"The blocks of {request} to {server} did not come through: {e.TransferFault}."),
            CoapEventKind.Unprotected => (
                CoapFailure.Unprotected, $"{server} could not verify {request}, and answered {e.Message.Code} without protection."),
            CoapEventKind.Refused => (CoapFailure.Refused, $"Nobody listens at {server}: {request} was refused."),
            CoapEventKind.ConnectionClosed when HasFailed(exchange, out string? reason) => (
                CoapFailure.Security, $"There is no session with {server} for {request}: {reason}."),
            CoapEventKind.ConnectionClosed when exchange.IsObserving => (
                CoapFailure.Closed, $"{server} closed the connection, which ends the observation of {exchange.Request.Uri}."),
            CoapEventKind.ConnectionClosed => (
                CoapFailure.Closed, $"{server} closed the connection before {request} was answered."),
            _ when e.Transmissions == 0 => (
                CoapFailure.Timeout,
                $"{request} was not sent within {Seconds(elapsed)}: {server} answers nothing, and PROBING_RATE leaves no room."),
            _ => (
                CoapFailure.Timeout,
                $"No answer from {server} to {request}: sent {Times(e.Transmissions)} in {Seconds(elapsed)}{Acknowledged(e, exchange)}."),
        };
        return new CoapException(failure, message) { Transmissions = e.Transmissions, Elapsed = elapsed };
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time.TotalSeconds, time.TotalSeconds < 10 ? 2 : 0)} s");

    // A CON whose retransmissions are not used up has been acknowledged.
    private string Acknowledged(in CoapEvent e, ClientExchange exchange) => IsAcknowledged(e, exchange) ? " and acknowledged" : "";

    private bool IsAcknowledged(in CoapEvent e, ClientExchange exchange) =>
        exchange.Request.Confirmable && e.Transmissions <= _options.Endpoint.Transmission.MaxRetransmit;

    private void Remove(ExchangeId id)
    {
        if (_exchanges.Remove(id))
        {
            _free.Release();
        }
    }

    private static CoapException ClosedException() => new(CoapFailure.Closed, "The client is closed.");

    // After the thread has ended nobody else touches the table.
    private void CloseAll()
    {
        _ = _closed.CancelAsync();
        ForgetSessions();
        lock (_exchanges)
        {
            foreach (ClientExchange exchange in _exchanges.Values)
            {
                exchange.Fail(ClosedException());
            }

            _free.Release(_exchanges.Count + 1);
            _exchanges.Clear();
        }
    }
}
