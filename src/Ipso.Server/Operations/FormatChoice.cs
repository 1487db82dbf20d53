using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Server.Registration;

namespace Ipso.Server.Operations;

/// <summary>
/// The formats to try with a device, the likeliest first: the one that has worked, those that it says it has (<c>ct</c>), then those of its
/// version of LwM2M (LwM2M TS Core, 7.4). A device of 1.0 has TLV, whatever it says.
/// </summary>
internal static class FormatChoice
{
    /// <summary>The most there are.</summary>
    internal const int Max = 12;

    private static readonly ObjectVersion s_withSenML = new(1, 1);
    private static readonly ObjectVersion s_withLwM2MCbor = new(1, 2);

    private static ReadOnlySpan<ContentFormat> Preferred =>
    [
        ContentFormat.SenMLCbor, ContentFormat.Lwm2mCbor, ContentFormat.Tlv, ContentFormat.SenMLJson, ContentFormat.Lwm2mJson,
    ];

    /// <summary>Lists the formats for what a device is to answer in, or what it is sent.</summary>
    /// <param name="device">The device.</param>
    /// <param name="request">The request.</param>
    /// <param name="formats">Where to, as long as <see cref="Max"/>.</param>
    /// <returns>How many.</returns>
    internal static int List(RegisteredDevice device, DeviceRequest request, Span<ContentFormat> formats)
    {
        int count = 0;
        DeviceRegistration registration = device.Registration;
        Add(device.KnownFormat, request, formats, ref count);
        if (registration.Version < s_withSenML)
        {
            Add(ContentFormat.Tlv, request, formats, ref count);
        }

        ReadOnlySpan<ContentFormat> said = registration.Objects.ContentFormats;
        foreach (ContentFormat format in Preferred)
        {
            if (said.Contains(format))
            {
                Add(format, request, formats, ref count);
            }
        }

        if (registration.Version < s_withSenML)
        {
            Add(ContentFormat.Lwm2mJson, request, formats, ref count);
        }
        else
        {
            Add(ContentFormat.SenMLCbor, request, formats, ref count);
            Add(ContentFormat.SenMLJson, request, formats, ref count);
            if (registration.Version >= s_withLwM2MCbor)
            {
                Add(ContentFormat.Lwm2mCbor, request, formats, ref count);
            }

            Add(ContentFormat.Tlv, request, formats, ref count);
        }

        Add(ContentFormat.PlainText, request, formats, ref count);
        Add(ContentFormat.OctetStream, request, formats, ref count);
        return count;
    }

    private static void Add(ContentFormat? candidate, DeviceRequest request, Span<ContentFormat> formats, ref int count)
    {
        if (candidate is { } format && !formats[..count].Contains(format) && Fits(format, request))
        {
            formats[count++] = format;
        }
    }

    private static bool Fits(ContentFormat format, DeviceRequest request) =>
        request.Content is { } content && !request.WantsValues ? content.Supports(format)
        : request.Path.Depth == 0 ? Representation.SupportsComposite(format)
        : Representation.CanRead(format) && (!Representation.IsSingleValue(format) || request.Path.Depth >= 3);
}
