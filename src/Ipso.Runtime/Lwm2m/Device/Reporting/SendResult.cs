using Ipso.Coap;

namespace Ipso.Lwm2m.Device;

/// <summary>What became of a Send to one server.</summary>
public enum SendOutcome : byte
{
    /// <summary>The server has taken it.</summary>
    Delivered,

    /// <summary>The server does not want any: its Mute Send (1/x/23) is true or absent.</summary>
    Muted,

    /// <summary>The server is registered with in LwM2M 1.0, which has no Send; or the program has no format for it.</summary>
    NotSupported,

    /// <summary>Of what was to be sent nothing is there, registered with the server and readable for it.</summary>
    NothingToSend,

    /// <summary>The server has answered with an error: see <see cref="SendResult.Code"/>.</summary>
    Refused,

    /// <summary>The server did not answer in time.</summary>
    TimedOut,

    /// <summary>The server has rejected the message (RST), or nobody listens at its port.</summary>
    Rejected,

    /// <summary>It is longer than a body may be (<see cref="Coap.Engine.CoapEndpointOptions.MaxBodySize"/>), or the server has stopped taking it.
    /// </summary>
    TooLarge,

    /// <summary>It waited for the server, and more came than are kept (<see cref="ReportingOptions.BufferedSends"/>).</summary>
    Dropped,

    /// <summary>The device has no such server, or will not register with it any more.</summary>
    NotRegistered,

    /// <summary>The device has stopped, and sends it when it has started again (<see cref="DeviceOptions.Storage"/>).</summary>
    Stored,
}

/// <summary>What became of a Send to one server.</summary>
/// <param name="ShortServerId">The server's Short Server ID.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Code">What the server has answered; 0.00 where it has not.</param>
public readonly record struct SendResult(ushort ShortServerId, SendOutcome Outcome, CoapCode Code = default)
{
    /// <summary>One line for a log: <c>send to server 1: refused, 4.04 Not Found</c>.</summary>
    public override string ToString() =>
        $"send to server {ShortServerId}: {Outcome switch
        {
            SendOutcome.Delivered => "delivered",
            SendOutcome.Muted => "muted by the server (1/x/23)",
            SendOutcome.NotSupported => "not in this version of LwM2M",
            SendOutcome.NothingToSend => "nothing that the server may read",
            SendOutcome.Refused => $"refused, {Code}",
            SendOutcome.TimedOut => "no answer",
            SendOutcome.Rejected => "rejected",
            SendOutcome.TooLarge => "too large",
            SendOutcome.Dropped => "dropped, more was waiting than is kept",
            SendOutcome.Stored => "stored until the device starts again",
            _ => "not registered",
        }}";
}
