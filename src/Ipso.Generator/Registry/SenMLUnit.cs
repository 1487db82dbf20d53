namespace Ipso.Generator.Registry;

/// <summary>
/// A registered unit. A value in it is <c>value * Scale + Offset</c> in its primary unit (RFC 8798, 3). Scale and offset are kept as the
/// C# constant expressions that stand for them, and not as doubles: how a double is printed differs between the runtimes that host a
/// compiler, and the emitted source must not.
/// </summary>
/// <param name="Symbol">The symbol as registered; its letter case counts.</param>
/// <param name="Primary">The symbol of the primary unit that it is converted to, or null where it is one itself.</param>
/// <param name="Scale">What to multiply by, to be emitted where a double is expected.</param>
/// <param name="Offset">What to add then, likewise.</param>
internal sealed record SenMLUnit(string Symbol, string? Primary, string Scale, string Offset)
{
    /// <summary>A unit that is not derived from another one.</summary>
    public SenMLUnit(string symbol)
        : this(symbol, null, "1", "0")
    {
    }
}
