namespace Ipso.Lwm2m.Model;

/// <summary>
/// The unit of a resource's values by its symbol: one that SenML registers (RFC 8428, 12.1), a secondary one, which is a multiple of a
/// registered one (RFC 8798), or whatever else the registry wrote.
/// </summary>
public sealed class SenMLUnit
{
    /// <summary>A unit that is no multiple of another one.</summary>
    /// <param name="symbol">The symbol, for example <c>Cel</c>.</param>
    public SenMLUnit(string symbol)
    {
        Symbol = Primary = symbol;
        Scale = 1;
    }

    /// <summary>A secondary unit: a value in the primary one is <c>scale * value + offset</c>.</summary>
    /// <param name="symbol">The symbol, for example <c>km/h</c>.</param>
    /// <param name="primary">The symbol of the primary unit, for example <c>m/s</c>.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="offset">What is added.</param>
    public SenMLUnit(string symbol, string primary, double scale, double offset = 0)
    {
        Symbol = symbol;
        Primary = primary;
        Scale = scale;
        Offset = offset;
    }

    /// <summary>The symbol, as the registry spells it.</summary>
    public string Symbol { get; }

    /// <summary>The symbol of the unit that this one is a multiple of; its own where it is none.</summary>
    public string Primary { get; }

    /// <summary>The factor to the primary unit; 1 where this is one.</summary>
    public double Scale { get; }

    /// <summary>What is added to come to the primary unit; 0 with nearly all.</summary>
    public double Offset { get; }

    /// <summary>Whether SenML knows the symbol. Some of the registry's, such as <c>KB</c>, it does not.</summary>
    public bool IsRegistered { get; init; } = true;

    /// <summary>A value in the primary unit.</summary>
    /// <param name="value">A value in this unit.</param>
    public double ToPrimary(double value) => value * Scale + Offset;

    /// <summary>A value in this unit.</summary>
    /// <param name="value">A value in the primary unit.</param>
    public double FromPrimary(double value) => (value - Offset) / Scale;

    /// <summary>The symbol.</summary>
    public override string ToString() => Symbol;
}
