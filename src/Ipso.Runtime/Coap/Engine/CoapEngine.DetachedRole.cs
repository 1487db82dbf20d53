using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// Observations whose exchange is over and that are kept by somebody else, such as a server that outlives its process.
public abstract partial class CoapEngine
{
    private DetachedRole? _detached;

    /// <summary>Takes the notifications of observations that were handed over (<see cref="Detach"/>); null where none are.</summary>
    public ICoapNotificationHandler? NotificationHandler
    {
        get => _detached?.Handler;
        set
        {
            _detached = value is null ? null : new(this, value);
            _client?.Keeper = value;
        }
    }

    /// <summary>
    /// Hands an established observation over: the exchange is over, without a word to the server and without event, and what else comes under
    /// its token goes to the <see cref="NotificationHandler"/>.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="token">The token that the notifications bear.</param>
    /// <returns>False if there is no observation, or if it is protected (<see cref="CoapEndpointOptions.Protection"/>): its notifications
    /// cannot be read without the exchange, which goes on.</returns>
    public bool Detach(ExchangeId exchange, out CoapToken token)
    {
        token = default;
        if (!IsOpen(exchange))
        {
            return false;
        }

        int index = _requests.IndexOf(exchange);
        if (!_requests.IsEstablished(index) || (_protection is not null && _messages.BindingOf(index).IsProtected))
        {
            return false;
        }

        token = _requests.GetToken(index);
        return Forget(exchange);
    }

    /// <summary>Offers a response that belongs to no exchange to who keeps observations.</summary>
    private protected bool TryTakeDetached(in Arrival arrival) => _detached?.TryTake(arrival) == true;

    private bool TryTakeDetached(ICoapNotificationHandler handler, in Arrival arrival)
    {
        // What has to be verified first has no context outside of its exchange.
        ulong context = 0;
        if (_protection?.TryGetContext(arrival.From, out context) == false || context != 0
            || arrival.Message.Datagram.Length > _options.MaxMessageSize
            || !ResponseOptions.Check(arrival.Message, out ResponseOptions known))
        {
            return false;
        }

        return handler.TakeNotification(new CoapNotification(arrival.Message, known, arrival.From), arrival.Now);
    }

    // Who keeps observations that were handed over makes this.
    private sealed class DetachedRole(CoapEngine engine, ICoapNotificationHandler handler)
    {
        internal ICoapNotificationHandler Handler => handler;

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryTake(in Arrival arrival) => engine.TryTakeDetached(handler, arrival);
    }
}
