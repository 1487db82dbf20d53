namespace Ipso.Coap.Engine;

/// <summary>
/// Names a request that this endpoint has made, until its last event. The default value is no exchange: what a refusal returns.
/// </summary>
/// <param name="Slot">The index in the table of exchanges.</param>
/// <param name="Generation">Tells the exchanges apart that used the slot one after the other; 0 is none.</param>
public readonly record struct ExchangeId(ushort Slot, uint Generation)
{
    /// <summary>Whether this names no exchange.</summary>
    public bool IsNone => Generation == 0;
}
