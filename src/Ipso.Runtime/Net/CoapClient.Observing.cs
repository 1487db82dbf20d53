using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using Ipso.Coap;

namespace Ipso.Net;

// Observations (RFC 7641), and how they go on when they are lost.
public sealed partial class CoapClient
{
    // What came in while the reader was busy: only the latest states count (RFC 7641, 1.3).
    private const int NotificationBacklog = 16;

    // Cancelled when the client ends: nothing is registered anew from then on.
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Observes a resource (RFC 7641). Leaving the loop deregisters.</summary>
    /// <param name="uri">An absolute URI; for a client of one server also path and perhaps query.</param>
    /// <param name="accept">The format wanted; null for any.</param>
    /// <param name="cancellationToken">Ends the observation.</param>
    /// <returns>The first response, then the notifications, none older than the one before; a slow reader misses some, but never the
    /// latest. A server that does not offer observation gives one response.</returns>
    /// <exception cref="CoapResponseException">The server has answered with an error, or ended the observation with one.</exception>
    /// <exception cref="CoapException">There is no response, or the server has ended the observation.</exception>
    public IAsyncEnumerable<CoapClientResponse> ObserveAsync(
        string uri, ContentFormat? accept = null, CancellationToken cancellationToken = default) =>
        ObserveAsync(new CoapClientRequest(CoapCode.Get, uri) { Accept = accept }, cancellationToken);

    /// <summary>
    /// Observes what a GET or FETCH reads (RFC 7641; RFC 8132, 2.4). Leaving the loop deregisters. With
    /// <see cref="CoapClientRequest.Reregistration"/> an observation that was lost is registered anew, and the loop goes on.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the observation.</param>
    /// <returns>As for a URI. <see cref="CoapClientResponse.Gap"/> tells where states may be missing.</returns>
    /// <exception cref="CoapResponseException">The server has answered with an error, or ended the observation with one.</exception>
    /// <exception cref="CoapException">There is no response, or the server has ended the observation.</exception>
    public async IAsyncEnumerable<CoapClientResponse> ObserveAsync(
        CoapClientRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Observation observation = new(this, request);
        try
        {
            while (await observation.NextAsync(cancellationToken).ConfigureAwait(false) is { } response)
            {
                yield return response;
            }
        }
        finally
        {
            observation.Leave(cancellationToken);
        }
    }

    /// <summary>One registration after the other of one observation.</summary>
    private sealed class Observation(CoapClient client, CoapClientRequest request)
    {
        private readonly CoapReregistration? _reregistration = request.Reregistration ?? client._options.Reregistration;
        private readonly TimeProvider _time = client._options.Time;

        // Where the body begins, which goes out with each registration.
        private readonly long _bodyStart = request.Body is { CanSeek: true } body ? body.Position : 0;
        private ClientExchange? _exchange;
        private ChannelReader<CoapClientResponse>? _notifications;
        private bool _wasAccepted;
        private int _attempt;
        private long? _lostAt;
        private long? _standsSince;

        /// <summary>The next notification, of whatever registration; null where the server does not observe.</summary>
        public async ValueTask<CoapClientResponse?> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                CoapObservationLoss loss;
                try
                {
                    ClientExchange exchange = _exchange ??= await RegisterAsync(cancellationToken).ConfigureAwait(false);
                    while (await _notifications!.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        if (_notifications.TryRead(out CoapClientResponse? response))
                        {
                            Take(response, exchange);
                            return response;
                        }
                    }

                    return _wasAccepted ? throw exchange.Ended() : null;
                }
                catch (CoapException e) when (IsLost(e) && !MayGoOn(e) && e is not CoapResponseException)
                {
                    throw new CoapException(
                        e.Failure, $"{e.Message} The observation is not registered anew, since its body can be read but once.", e)
                    {
                        Transmissions = e.Transmissions,
                        Elapsed = e.Elapsed,
                    };
                }
                catch (CoapException e) when (MayGoOn(e))
                {
                    loss = Lose(e);
                    if (_time.GetElapsedTime(_lostAt!.Value) + loss.Delay > _reregistration!.GiveUpAfter)
                    {
                        throw;
                    }
                }

                await WaitAsync(loss, cancellationToken).ConfigureAwait(false);
            }
        }

        public void Leave(CancellationToken cancellationToken)
        {
            if (_exchange is { } exchange)
            {
                client.Abandon(exchange, cancellationToken);
            }
        }

        private async ValueTask<ClientExchange> RegisterAsync(CancellationToken cancellationToken)
        {
            var notifications = Channel.CreateBounded<CoapClientResponse>(new BoundedChannelOptions(NotificationBacklog)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            });
            if (request.Body is { CanSeek: true } body)
            {
                body.Position = _bodyStart;
            }

            ClientExchange exchange = await client.PrepareAsync(
                request, null, notifications.Writer, isPing: false, cancellationToken).ConfigureAwait(false);
            await client.StartAsync(exchange, cancellationToken).ConfigureAwait(false);
            _notifications = notifications.Reader;
            return exchange;
        }

        private void Take(CoapClientResponse response, ClientExchange exchange)
        {
            if (_lostAt is { } lostAt)
            {
                response.Gap = _time.GetElapsedTime(lostAt);
                _lostAt = null;
            }

            _wasAccepted |= exchange.IsObserving;
            _standsSince ??= _time.GetTimestamp();
        }

        private bool MayGoOn(CoapException e) => IsLost(e) && request.Body is not { CanSeek: false };

        private bool IsLost(CoapException e) =>
            _reregistration is not null && _wasAccepted && !client._closed.IsCancellationRequested
            && (e.Failure is CoapFailure.Closed or CoapFailure.Timeout or CoapFailure.Reset or CoapFailure.Refused or CoapFailure.Transfer
                or CoapFailure.NoAddress
                || e is CoapResponseException { Code: var code } && code == CoapCode.ServiceUnavailable);

        // The registration that there was is over.
        private CoapObservationLoss Lose(CoapException e)
        {
            TimeSpan most = _reregistration!.MaxDelay;
            bool hasStood = _standsSince is { } since && _time.GetElapsedTime(since) >= most;
            _attempt = hasStood ? 1 : _attempt + 1;
            _exchange = null;
            _standsSince = null;
            _lostAt ??= _time.GetTimestamp();
            double wanted = Math.Min(_reregistration.FirstDelay.Ticks * Math.Pow(2, _attempt - 1), most.Ticks);
            TimeSpan delay = TimeSpan.FromTicks((long)(wanted * (1 - (RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 21)))));
            TimeSpan asked = (e as CoapResponseException)?.RetryAfter ?? TimeSpan.Zero;
            return new CoapObservationLoss(e, _attempt, asked > delay ? TimeSpan.FromTicks(Math.Min(asked.Ticks, most.Ticks)) : delay);
        }

        private async ValueTask WaitAsync(CoapObservationLoss loss, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, client._closed.Token);

            // Who is told may rely on it that the time counts already.
            Task wait = Task.Delay(loss.Delay, _time, either.Token);
            _reregistration!.Lost?.Invoke(loss);
            try
            {
                await wait.ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw ClosedException();
            }
        }
    }
}
