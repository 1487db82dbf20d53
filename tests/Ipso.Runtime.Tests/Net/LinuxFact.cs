using System.Net.Sockets;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>A test of what only Linux has: packet information, the error queue, many datagrams a call.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Needs Linux.";
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Needs Linux.";
}

/// <summary>A test of datagrams that go through the system as one (udp(7), UDP_SEGMENT, UDP_GRO).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SegmentationFactAttribute : FactAttribute
{
    public SegmentationFactAttribute() => Skip = Segmentation.WhyNot;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SegmentationTheoryAttribute : TheoryAttribute
{
    public SegmentationTheoryAttribute() => Skip = Segmentation.WhyNot;
}

internal static class Segmentation
{
    /// <summary>The reason to skip; null where the kernel has it.</summary>
    public static string? WhyNot { get; } = HasIt() ? null : "Needs Linux 5.0.";

    private static bool HasIt()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return LinuxErrorQueue.Switch(socket, LinuxSocket.Udp, LinuxSocket.UdpReceiveSegments);
    }
}
