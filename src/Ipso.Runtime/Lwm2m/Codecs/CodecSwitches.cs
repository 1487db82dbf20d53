using System.Diagnostics.CodeAnalysis;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// Which codecs the program carries, as its project's <c>IpsoFormats</c> says; plain text and octet-stream are always there. To the JIT a
/// switch is a constant once it was read. To a trimmer that is told its value it is one from the start: nothing may call into a codec but
/// behind its switch, then a codec that is switched off is left out of the program. (Behind it in a branch of its own: a switch and a
/// Boolean variable after it are joined by the compiler with an "and" that no trimmer sees through.)
/// </summary>
internal static class CodecSwitches
{
    private const string Prefix = "Ipso.Formats.";

    [FeatureSwitchDefinition(Prefix + nameof(SenMLJson))]
    internal static bool SenMLJson { get; } = IsOn(nameof(SenMLJson));

    [FeatureSwitchDefinition(Prefix + nameof(SenMLCbor))]
    internal static bool SenMLCbor { get; } = IsOn(nameof(SenMLCbor));

    [FeatureSwitchDefinition(Prefix + nameof(Tlv))]
    internal static bool Tlv { get; } = IsOn(nameof(Tlv));

    [FeatureSwitchDefinition(Prefix + nameof(LwM2MCbor))]
    internal static bool LwM2MCbor { get; } = IsOn(nameof(LwM2MCbor));

    /// <summary>CBOR of a single value.</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Cbor))]
    internal static bool Cbor { get; } = IsOn(nameof(Cbor));

    /// <summary>OMA JSON of LwM2M 1.0.</summary>
    [FeatureSwitchDefinition(Prefix + nameof(Json))]
    internal static bool Json { get; } = IsOn(nameof(Json));

    private static bool IsOn(string format) => !AppContext.TryGetSwitch(Prefix + format, out bool isOn) || isOn;
}
