using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// A server that does not hear what it observes.
internal sealed partial class Registration
{
    private RetryPlan _silence;

    /// <summary>Whether the server has acknowledged no notification since one was not acknowledged.</summary>
    internal bool HasNotHeard { get; private set; }

    /// <summary>
    /// The server has not acknowledged a notification, which ends that observation (RFC 7641, 4.5), of which the server does not know: with a
    /// Register it does, since that ends them all, and it may observe again. Where that does not help, each further Register waits as one that
    /// has failed does, and not beyond the moment when an Update is due.
    /// </summary>
    internal void OnUnheard(Instant now)
    {
        if (_step is not (Step.Registered or Step.Updating))
        {
            return;
        }

        _ = _owner.Endpoint.Forget(_exchange);
        _exchange = default;
        Instant due = now;
        if (HasNotHeard)
        {
            TimeSpan? wait = _silence.Fail(Account.Server, _owner.Options.RetrySpread, _owner.Random, out _, out _);
            due = Instant.Earlier(wait is { } span ? now + span : Instant.Never, _due < now ? now : _due);
        }

        HasNotHeard = true;
        Lose(RegistrationFailure.Timeout, default, due, now, "a notification was not acknowledged");
    }

    /// <summary>The server has acknowledged a notification.</summary>
    internal void OnHeard()
    {
        HasNotHeard = false;
        _silence.Reset();
    }
}
