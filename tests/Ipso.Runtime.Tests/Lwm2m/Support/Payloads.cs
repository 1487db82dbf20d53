using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

/// <summary>Objects to payloads and back, with an assertion where a test takes success for granted.</summary>
internal static class Payloads
{
    /// <summary>The formats that carry a whole Object Instance.</summary>
    internal static readonly ContentFormat[] Structured =
        [ContentFormat.SenMLCbor, ContentFormat.SenMLJson, ContentFormat.Tlv, ContentFormat.Lwm2mCbor, ContentFormat.Lwm2mJson];

    internal static readonly ContentFormat[] All =
        [.. Structured, ContentFormat.PlainText, ContentFormat.OctetStream, ContentFormat.Cbor];

    internal static Lwm2mPath PathOf(ObjectInstance instance) => new(instance.Definition.ObjectId, instance.InstanceId);

    internal static Lwm2mPath Path(string text)
    {
        Assert.True(Lwm2mPath.TryParse(Encoding.ASCII.GetBytes(text), out Lwm2mPath path), text);
        return path;
    }

    internal static byte[] Write(ObjectInstance instance, ContentFormat format) => Write(instance, PathOf(instance), format);

    internal static byte[] Write(ObjectInstance instance, Lwm2mPath path, ContentFormat format)
    {
        var buffer = new byte[64 * 1024];
        Assert.Equal(RepresentationResult.Written, Representation.Write([instance], path, format, buffer, out int written));
        return buffer[..written];
    }

    /// <summary>Writes all instances of an object.</summary>
    internal static byte[] Write(ObjectTree objects, Lwm2mPath path, ContentFormat format)
    {
        var buffer = new byte[64 * 1024];
        ObjectInstance[] instances = [.. objects];
        Assert.Equal(RepresentationResult.Written, Representation.Write(instances, path, format, buffer, out int written));
        return buffer[..written];
    }

    internal static string WriteText(ObjectInstance instance, ContentFormat format = ContentFormat.SenMLJson) =>
        Encoding.UTF8.GetString(Write(instance, format));

    internal static PayloadFault Read(
        ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode = ReadMode.WriteUpdate)
    {
        bool taken = Representation.TryRead(instance, path, format, payload, mode, out PayloadError error);
        Assert.Equal(taken, error.Fault == PayloadFault.None);
        Assert.NotEmpty(error.ToString());
        return error.Fault;
    }

    /// <summary>Reads SenML JSON into a whole instance.</summary>
    internal static PayloadFault ReadJson(ObjectInstance instance, string json, ReadMode mode = ReadMode.WriteUpdate) =>
        Read(instance, PathOf(instance), ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(json), mode);

    internal static PayloadFault ReadText(ObjectInstance instance, string path, string text, ReadMode mode = ReadMode.WriteReplace) =>
        Read(instance, Path(path), ContentFormat.PlainText, Encoding.UTF8.GetBytes(text), mode);

    internal static PayloadFault ReadHex(
        ObjectInstance instance, string path, ContentFormat format, string hex, ReadMode mode = ReadMode.WriteUpdate) =>
        Read(instance, Path(path), format, Convert.FromHexString(hex), mode);
}
