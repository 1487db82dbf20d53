using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;

namespace Ipso.Server.Operations;

/// <summary>What a device has answered, or reported; or why it has not answered.</summary>
public sealed class DeviceAnswer
{
    /// <summary>Copies a response, which is a view that ends.</summary>
    /// <param name="response">The response.</param>
    public DeviceAnswer(in DeviceResponse response)
    {
        Outcome = response.Outcome;
        Reason = response.Reason;
        Code = response.Code;
        ContentFormat = response.ContentFormat;
        Payload = response.Payload.ToArray();
        Location = response.TryGetLocation(out Lwm2mPath path) ? path : null;
    }

    internal DeviceAnswer(
        DeviceOutcome outcome, string? reason, CoapCode code, ContentFormat? format, ReadOnlyMemory<byte> payload, Lwm2mPath? location) =>
        (Outcome, Reason, Code, ContentFormat, Payload, Location) = (outcome, reason, code, format, payload, location);

    /// <summary>What has become of the request.</summary>
    public DeviceOutcome Outcome { get; }

    /// <summary>Why there is no answer, in words; <see langword="null"/> where there is one.</summary>
    public string? Reason { get; }

    /// <summary>The code of the answer.</summary>
    public CoapCode Code { get; }

    /// <summary>Whether it was answered with success.</summary>
    public bool IsSuccess => Outcome == DeviceOutcome.Answered && Code.IsSuccess;

    /// <summary>The format of the payload; <see langword="null"/> where the device does not say.</summary>
    public ContentFormat? ContentFormat { get; }

    /// <summary>The payload; of an error a sentence, perhaps.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The path of what was created, where the device has chosen its id.</summary>
    public Lwm2mPath? Location { get; }

    /// <summary>Gives the answer back if it is one of success.</summary>
    /// <param name="endpoint">The device, for the exception.</param>
    /// <param name="request">The request, for the exception.</param>
    /// <exception cref="DeviceException">It is an error, or there is none.</exception>
    public DeviceAnswer EnsureSuccess(string endpoint, DeviceRequest request) =>
        IsSuccess ? this : throw new DeviceException(endpoint, request, this);

    /// <summary>The code with its diagnostic, or why there is no answer.</summary>
    public override string ToString() => Outcome != DeviceOutcome.Answered ? $"{Outcome}: {Reason}"
        : IsSuccess ? $"{Code} ({ContentFormat}, {Payload.Length} bytes)"
        : Payload.IsEmpty ? $"{Code}"
        : $"{Code}: {LogText.Of(Encoding.UTF8.GetString(Payload.Span))}";
}
