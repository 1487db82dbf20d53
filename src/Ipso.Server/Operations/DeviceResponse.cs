using Ipso.Coap;
using Ipso.Lwm2m;

namespace Ipso.Server.Operations;

/// <summary>What has become of an operation.</summary>
public enum DeviceOutcome : byte
{
    /// <summary>The device has answered, with success or an error: <see cref="DeviceResponse.Code"/>.</summary>
    Answered,

    /// <summary>The device did not answer in time, or rejected the message: nobody knows whether it was done.</summary>
    Unknown,

    /// <summary>It was not sent within its time, since the device slept or others were before it.</summary>
    Expired,

    /// <summary>It was not sent: the device is not registered.</summary>
    NotRegistered,

    /// <summary>It was not sent: too many wait for the device, or for all of them, or it is too long.</summary>
    Refused,

    /// <summary>It was not sent: the device takes none of the formats that the content can be written in.</summary>
    NoFormat,

    /// <summary>The program has cancelled it; where it was under way, it may have been done.</summary>
    Cancelled,
}

/// <summary>What a device has answered, or why it has not. A view into what was received.</summary>
public readonly ref struct DeviceResponse
{
    internal DeviceResponse(DeviceOutcome outcome, string? reason = null, bool isSilence = false)
    {
        Outcome = outcome;
        Reason = reason;
        IsSilence = isSilence;
    }

    internal DeviceResponse(scoped in CoapMessage message)
    {
        Code = message.Code;
        Payload = message.Payload;
        Options = message.Options;
        ContentFormat = message.Options.TryGetUInt(CoapOptionNumber.ContentFormat, out uint format) ? (ContentFormat)format : null;
    }

    /// <summary>What has become of it.</summary>
    public DeviceOutcome Outcome { get; }

    /// <summary>Whether nothing at all was heard of the device.</summary>
    internal bool IsSilence { get; }

    /// <summary>Why there is no answer, in words; <see langword="null"/> where there is one.</summary>
    public string? Reason { get; }

    /// <summary>The code of the answer.</summary>
    public CoapCode Code { get; }

    /// <summary>Whether it was answered with success.</summary>
    public bool IsSuccess => Outcome == DeviceOutcome.Answered && Code.IsSuccess;

    /// <summary>The format of the payload; <see langword="null"/> where the device does not say.</summary>
    public ContentFormat? ContentFormat { get; }

    /// <summary>The payload; of an error a sentence, perhaps.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>All options of the answer.</summary>
    public CoapOptions Options { get; }

    /// <summary>Reads the path of what was created (2.01), where the device has chosen its id.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetLocation(out Lwm2mPath path)
    {
        path = Lwm2mPath.Root;
        foreach (ReadOnlySpan<byte> segment in Options.Values(CoapOptionNumber.LocationPath))
        {
            if (!Lwm2mPath.TryParseId(segment, out ushort id) || path.Depth == 4)
            {
                // An alternate root comes before the ids.
                if (path.Depth > 0)
                {
                    return false;
                }

                continue;
            }

            path = path.Append(id);
        }

        return path.Depth > 0;
    }
}
