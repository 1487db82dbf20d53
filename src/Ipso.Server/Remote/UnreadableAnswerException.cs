using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>A device has answered with success, or notified, and what it says cannot be read as what was asked for.</summary>
public sealed class UnreadableAnswerException : Exception
{
    internal UnreadableAnswerException(string endpoint, DeviceRequest request, DeviceAnswer answer, in PayloadError error)
        : this(endpoint, request, answer, error.ToString()) => Error = error;

    internal UnreadableAnswerException(string endpoint, DeviceRequest request, DeviceAnswer answer, string reason)
        : base($"{endpoint}, {request}: {answer} cannot be read: {reason}")
    {
        Endpoint = endpoint;
        Request = request;
        Answer = answer;
    }

    /// <summary>The device.</summary>
    public string Endpoint { get; }

    /// <summary>What it was asked.</summary>
    public DeviceRequest Request { get; }

    /// <summary>What it has answered, or notified.</summary>
    public DeviceAnswer Answer { get; }

    /// <summary>What is wrong with the payload, and where; without a fault where its format is not known.</summary>
    public PayloadError Error { get; }
}
