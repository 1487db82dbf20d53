namespace Ipso.Coap.Engine;

/// <summary>Names a response that a handler has put off (<see cref="CoapResponse.Defer"/>). The default value is none.</summary>
/// <param name="Slot">The index in the table of deferred responses.</param>
/// <param name="Generation">Tells those apart that used the slot one after the other; 0 is none.</param>
public readonly record struct ResponseId(int Slot, uint Generation)
{
    /// <summary>Whether this names no response.</summary>
    public bool IsNone => Generation == 0;
}
