using Ipso.Server.Operations;
using Ipso.Server.Registration;

namespace Ipso.Server.Reporting;

/// <summary>An observation that a server before this one has begun, until the program observes the same.</summary>
/// <param name="server">The server.</param>
/// <param name="request">What is observed.</param>
/// <param name="stored">The same as the store has it.</param>
internal sealed class UnclaimedObservation(ServerEndpoint server, DeviceRequest request, ReadOnlyMemory<byte> stored) : DeviceObservation(request)
{
    /// <summary>Whether it is of a request, which is given as a store would have it.</summary>
    internal bool Is(ReadOnlySpan<byte> request) => stored.Span.SequenceEqual(request);

    protected internal override void OnNotified(in DeviceResponse response) =>
        server.NotificationUnclaimed?.Invoke(new(Device!, Request, new(response)));

    protected internal override void OnEnded(in DeviceResponse response)
    {
        // Nobody is there to be told.
    }
}

/// <summary>A notification of an observation that a server before this one has begun.</summary>
/// <param name="Device">The device.</param>
/// <param name="Request">What is observed.</param>
/// <param name="Answer">What the device reports.</param>
public sealed record UnclaimedNotification(RegisteredDevice Device, DeviceRequest Request, DeviceAnswer Answer);
