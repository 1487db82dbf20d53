using Ipso.Coap.Oscore;
using Ipso.Server.Security;

namespace Ipso.Server;

// Keys that are in a store: contexts of OSCORE come when their devices do.
public sealed partial class ServerEndpoint
{
    private OscoreContexts? _contexts;

    /// <summary>
    /// Forgets a security context that came out of the store (<see cref="ServerEndpointOptions.Security"/>): to be called when it was removed
    /// there, or has other keys. One that is there is fetched again when its device is heard of.
    /// </summary>
    /// <param name="kid">The Recipient ID.</param>
    /// <param name="idContext">The ID Context; empty for none.</param>
    /// <returns>False where it was not here.</returns>
    public bool ForgetContext(ReadOnlySpan<byte> kid, ReadOnlySpan<byte> idContext) => _contexts?.Forget(kid, idContext) == true;

    private void SeekContexts()
    {
        if (_options is not { Security: { } store, Coap.Protection: OscoreProtection protection })
        {
            return;
        }

        OscoreContexts contexts = new(protection, store)
        {
            Run = (call, take) => When(Try(call), found => take(found.Value)),
            Reserve = numbers => When(
                Try(() => store.ReserveSequenceAsync(numbers.Record.RecipientId, numbers.Record.IdContext, ReservedNumbers.Count)),
                given => _contexts!.Take(numbers, given.Value)),
            Failed = fault => HandlerFailed?.Invoke(fault),
        };
        _contexts = contexts;
        protection.Seeker = (kid, kidContext) => contexts.Seek(kid, kidContext, _now);
    }
}
