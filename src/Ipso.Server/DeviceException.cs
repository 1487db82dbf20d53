using Ipso.Server.Operations;

namespace Ipso.Server;

/// <summary>A device has answered with an error, or not at all.</summary>
/// <param name="endpoint">The device.</param>
/// <param name="request">What it was asked.</param>
/// <param name="answer">What has become of it.</param>
public sealed class DeviceException(string endpoint, DeviceRequest request, DeviceAnswer answer)
    : Exception($"{endpoint}, {request}: {answer}")
{
    /// <summary>The device.</summary>
    public string Endpoint { get; } = endpoint;

    /// <summary>What it was asked.</summary>
    public DeviceRequest Request { get; } = request;

    /// <summary>What has become of it: whether it was done is known of an answer alone.</summary>
    public DeviceAnswer Answer { get; } = answer;
}
