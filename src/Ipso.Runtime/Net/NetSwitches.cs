using System.Diagnostics.CodeAnalysis;

namespace Ipso.Net;

/// <summary>What a program may leave out of the network.</summary>
internal static class NetSwitches
{
    /// <summary>Whether the program has metrics: not with <c>MetricsSupport</c> set to <c>false</c> in its project. To a trimmer it is a
    /// constant.</summary>
    [FeatureSwitchDefinition("System.Diagnostics.Metrics.Meter.IsSupported")]
    internal static bool HasMetrics => !AppContext.TryGetSwitch("System.Diagnostics.Metrics.Meter.IsSupported", out bool isOn) || isOn;
}
