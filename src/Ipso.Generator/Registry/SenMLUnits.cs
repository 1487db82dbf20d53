using System;
using System.Collections.Generic;
using System.Linq;

namespace Ipso.Generator.Registry;

/// <summary>The units of IANA's SenML registry, primary and secondary, and the one that OMNA adds to them.</summary>
internal static partial class SenMLUnits
{
    private static readonly string[] s_primary =
    [
        // RFC 8428, 12.1. The registry advises against "g", "l", "l/s", "Bspl", "%", "1/min", "beat/min" and "beats" in new designs.
        "m", "kg", "g", "s", "A", "K", "cd", "mol", "Hz", "rad", "sr", "N", "Pa", "J", "W", "C", "V", "F", "Ohm", "S", "Wb", "T", "H",
        "Cel", "lm", "lx", "Bq", "Gy", "Sv", "kat", "m2", "m3", "l", "m/s", "m/s2", "m3/s", "l/s", "W/m2", "cd/m2", "bit", "bit/s",
        "lat", "lon", "pH", "dB", "dBW", "Bspl", "count", "/", "%", "%RH", "%EL", "EL", "1/s", "1/min", "beat/min", "beats", "S/m",

        // RFC 8798, 2; against "deg" the registry advises as well.
        "B", "VA", "VAs", "var", "vars", "J/m", "kg/m3", "deg",

        // Registered later, after ISO 7027-1.
        "NTU",

        // OMNA's addition. By its symbol it is a joule, by its description a watt per second: so it is converted to nothing.
        "Ws",
    ];

    private static readonly SenMLUnit[] s_secondary =
    [
        // RFC 8798, 3.
        new("ms", "s", "0.001", "0"),
        new("min", "s", "60", "0"),
        new("h", "s", "3600", "0"),
        new("MHz", "Hz", "1000000", "0"),
        new("kW", "W", "1000", "0"),
        new("kVA", "VA", "1000", "0"),
        new("kvar", "var", "1000", "0"),
        new("Ah", "C", "3600", "0"),
        new("Wh", "J", "3600", "0"),
        new("kWh", "J", "3600000", "0"),
        new("varh", "vars", "3600", "0"),
        new("kvarh", "vars", "3600000", "0"),
        new("kVAh", "VAs", "3600000", "0"),
        new("Wh/km", "J/m", "3.6", "0"),
        new("KiB", "B", "1024", "0"),
        new("GB", "B", "1e9", "0"),
        new("Mbit/s", "bit/s", "1000000", "0"),
        new("B/s", "bit/s", "8", "0"),
        new("MB/s", "bit/s", "8000000", "0"),
        new("mV", "V", "0.001", "0"),
        new("mA", "A", "0.001", "0"),
        new("dBm", "dBW", "1", "-30"),
        new("ug/m3", "kg/m3", "1e-9", "0"),
        new("mm/h", "m/s", "1 / 3600000.0", "0"),
        new("m/h", "m/s", "1 / 3600.0", "0"),
        new("ppm", "/", "1e-6", "0"),
        new("/100", "/", "0.01", "0"),
        new("/1000", "/", "0.001", "0"),
        new("hPa", "Pa", "100", "0"),
        new("mm", "m", "0.001", "0"),
        new("cm", "m", "0.01", "0"),
        new("km", "m", "1000", "0"),
        new("km/h", "m/s", "1 / 3.6", "0"),

        // Registered later.
        new("ppb", "/", "1e-9", "0"),
        new("ppt", "/", "1e-12", "0"),
        new("VAh", "VAs", "3600", "0"),
        new("mg/l", "kg/m3", "0.001", "0"),
        new("ug/l", "kg/m3", "1e-6", "0"),
        new("g/l", "kg/m3", "1", "0"),
    ];

    private static readonly Dictionary<string, SenMLUnit> s_bySymbol = All.ToDictionary(unit => unit.Symbol, StringComparer.Ordinal);

    /// <summary>Every unit, the primary ones first.</summary>
    public static IEnumerable<SenMLUnit> All => s_primary.Select(symbol => new SenMLUnit(symbol)).Concat(s_secondary);

    /// <summary>Finds a unit by its exact symbol.</summary>
    public static bool TryFind(string symbol, out SenMLUnit unit) => s_bySymbol.TryGetValue(symbol, out unit);
}
