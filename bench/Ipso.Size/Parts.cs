using System.Diagnostics.CodeAnalysis;

namespace Ipso.Size;

/// <summary>
/// What the program has in it, as the property <c>SizeParts</c> of its project says. Constants to the native compiler: it leaves out
/// what they switch off.
/// </summary>
internal static class Parts
{
    private const string Prefix = "Ipso.Size.";

    /// <summary>Sixty objects.</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Sixty))]
    internal static bool Sixty => IsOn(nameof(Sixty));

    /// <summary>The first thirty of the sixty.</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Thirty))]
    internal static bool Thirty => IsOn(nameof(Thirty));

    /// <summary>Device (3) and Temperature (3303).</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Two))]
    internal static bool Two => IsOn(nameof(Two));

    /// <summary>The objects are written.</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Writing))]
    internal static bool Writing => IsOn(nameof(Writing));

    /// <summary>The objects are read.</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Reading))]
    internal static bool Reading => IsOn(nameof(Reading));

    /// <summary>A UDP socket, whose datagrams are sent back as they came.</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Udp))]
    internal static bool Udp => IsOn(nameof(Udp));

    /// <summary>The objects are served on UDP.</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Device))]
    internal static bool Device => IsOn(nameof(Device));

    /// <summary>The objects are served on UDP by a device that registers with a server.</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Registering))]
    internal static bool Registering => IsOn(nameof(Registering));

    private static bool IsOn(string part) => AppContext.TryGetSwitch(Prefix + part, out bool isOn) && isOn;
}
