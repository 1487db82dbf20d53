using System.Net.Sockets;
using Ipso.Buffers;

namespace Ipso.Net;

/// <summary>What a user is told of an error of a socket.</summary>
internal static class SocketReason
{
    /// <summary>Why an address cannot be bound: the rest of a sentence that begins with it.</summary>
    public static string OfBind(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => "is already in use",
        SocketError.AddressNotAvailable => "is not an address of this machine",
        SocketError.AddressFamilyNotSupported => "is of a kind that this machine does not have",
        SocketError.AccessDenied => "needs a permission that this process does not have",
        _ => Phrase.Of($"cannot be opened ({error})"),
    };

    /// <summary>Why an address cannot be connected to: the rest of a sentence that begins with it.</summary>
    public static string OfConnect(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "refused the connection: nobody listens there",
        SocketError.TimedOut => "did not answer in time",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown => "cannot be reached: no way leads there",
        SocketError.AddressFamilyNotSupported => "is of a kind that this machine does not have",
        SocketError.AccessDenied => "may not be connected to by this process",
        _ => Phrase.Of($"cannot be connected to ({error})"),
    };
}
