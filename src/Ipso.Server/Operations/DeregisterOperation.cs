using Ipso.Coap;
using Ipso.Server.Reporting;

namespace Ipso.Server.Operations;

/// <summary>
/// Asks a device to end an observation: the request that has begun it, with Observe 1 under its token (RFC 7641, 3.6). It is not repeated: a device
/// that has not taken it notifies once more, and is told again.
/// </summary>
/// <param name="observation">The observation, which is established.</param>
internal sealed class DeregisterOperation(DeviceObservation observation) : DeviceOperation(observation.Request.AsDeregistration(observation.Accept))
{
    /// <summary>The token that the device knows the observation by.</summary>
    internal CoapToken Token { get; } = observation.Token;

    protected internal override void OnCompleted(in DeviceResponse response)
    {
        // Nobody waits for it: whatever the device says, the observation is over here.
    }
}
