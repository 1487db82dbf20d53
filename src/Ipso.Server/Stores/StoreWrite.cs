using Ipso.Coap.Engine;
using Ipso.Server.Cluster;
using Ipso.Server.Registration;

namespace Ipso.Server.Stores;

/// <summary>What a write does.</summary>
internal enum WriteKind : byte
{
    Claim,
    Update,
    Remove,
}

/// <summary>A change of a registration on its way to the store.</summary>
/// <param name="kind">What it does.</param>
/// <param name="side">Where the device has asked for it.</param>
/// <param name="registration">The registration as it will be; as it was, for one that goes.</param>
internal sealed class StoreWrite(WriteKind kind, EngineSide side, DeviceRegistration registration) : DeferredAnswer(side)
{
    internal WriteKind Kind => kind;

    internal DeviceRegistration Registration => registration;

    /// <summary>The epoch that the registration has, of a Claim the one that the store has given.</summary>
    internal long Epoch { get; set; } = registration.Epoch;

    /// <summary>The server.</summary>
    internal required NodeIdentity Node { get; init; }

    /// <summary>Where room is kept for the device.</summary>
    internal PeerId? Host { get; set; }

    internal WriteOutcome Outcome { get; private set; }

    /// <summary>Why the store could not.</summary>
    internal Exception? Exception { get; private set; }

    /// <summary>Whether it is durable.</summary>
    internal bool IsApplied => Exception is null && Outcome == WriteOutcome.Applied;

    /// <summary>Whether the change was made: where it is durable, and the registration is not another one by now.</summary>
    internal bool IsMade { get; set; }

    private RegistrationRecord Record => RegistrationCodec.ToRecord(registration) with { Node = Node };

    /// <summary>Has the store write.</summary>
    /// <returns>Ends when it is over, and is never faulted.</returns>
    internal async ValueTask<WriteOutcome> RunAsync(IRegistrationStore store)
    {
        try
        {
            switch (kind)
            {
                case WriteKind.Claim:
                    Epoch = await store.ClaimAsync(Record).ConfigureAwait(false);
                    break;
                case WriteKind.Update:
                    Outcome = await store.UpdateAsync(Record).ConfigureAwait(false);
                    break;
                default:
                    Outcome = await store.RemoveAsync(registration.Endpoint, registration.Epoch).ConfigureAwait(false);
                    break;
            }
        }
#pragma warning disable CA1031 // Whatever is wrong with a store, the device is told to come again.
        catch (Exception e)
        {
            Exception = e;
        }
#pragma warning restore CA1031

        return Outcome;
    }
}
