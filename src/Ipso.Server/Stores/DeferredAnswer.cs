using Ipso.Coap.Engine;

namespace Ipso.Server.Stores;

/// <summary>What a request waits for that is answered when a store has said what it has to say.</summary>
/// <param name="side">Where the request came from.</param>
internal abstract class DeferredAnswer(EngineSide side)
{
    internal EngineSide Side => side;

    /// <summary>The response that is put off until then; none where nobody is to be told.</summary>
    internal ResponseId Response { get; set; }
}
