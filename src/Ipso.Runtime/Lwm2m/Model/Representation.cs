using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>What became of writing a representation.</summary>
public enum RepresentationResult : byte
{
    /// <summary>It is written.</summary>
    Written,

    /// <summary>The destination is too short.</summary>
    TooLarge,

    /// <summary>The path names a resource or a resource instance, and it is not there.</summary>
    Absent,

    /// <summary>The format cannot carry it: plain text of more than one value, or bytes of a value that is not Opaque.</summary>
    NotRepresentable,
}

/// <summary>
/// Typed objects to payloads and back, in every format of this runtime: plain text (0), octet-stream (42) and, where the program's
/// <c>IpsoFormats</c> does not leave them out, CBOR (60), SenML JSON (110) and CBOR (112), both as SenML-ETCH too (320, 322), OMA TLV (11542),
/// OMA JSON (11543) and LwM2M CBOR (11544). Nothing here allocates, but for new strings and bytes that are read.
/// </summary>
public static class Representation
{
    /// <summary>Whether a format can be read and written.</summary>
    /// <param name="format">A Content-Format.</param>
    public static bool Supports(ContentFormat format) => RecordWriter.Supports(format);

    /// <summary>
    /// Whether a format can be read: one that <see cref="Supports"/>, or the number that one of them had before LwM2M 1.0 (1542, 1543).
    /// </summary>
    /// <param name="format">A Content-Format.</param>
    public static bool CanRead(ContentFormat format) => Supports(RecordReader.FormatOf(format));

    /// <summary>
    /// The format for more than one value where nobody asks for one: the smallest on the wire, those first that more peers know; plain
    /// text, which carries but one, where none is.
    /// </summary>
    internal static ContentFormat Smallest =>
        CodecSwitches.SenMLCbor ? ContentFormat.SenMLCbor
        : CodecSwitches.Tlv ? ContentFormat.Tlv
        : CodecSwitches.LwM2MCbor ? ContentFormat.Lwm2mCbor
        : CodecSwitches.SenMLJson ? ContentFormat.SenMLJson
        : CodecSwitches.Json ? ContentFormat.Lwm2mJson
        : ContentFormat.PlainText;

    /// <summary>The numbers of the formats that are supported, as a peer is told of them.</summary>
    internal static string Supported => "0, 42" + (CodecSwitches.Cbor ? ", 60" : "") + SenML + Others;

    /// <summary>The numbers of the formats that composites are written in.</summary>
    internal static string SupportedComposites => WithoutFirstComma(SenML + (CodecSwitches.LwM2MCbor ? ", 11544" : ""));

    // In parts of no more than four, which is as many as the platform puts together without an array.
    private static string SenML => (CodecSwitches.SenMLJson ? ", 110" : "") + (CodecSwitches.SenMLCbor ? ", 112" : "");

    private static string Others =>
        (CodecSwitches.Tlv ? ", 11542" : "") + (CodecSwitches.Json ? ", 11543" : "") + (CodecSwitches.LwM2MCbor ? ", 11544" : "");

    private static string WithoutFirstComma(string list) => list.Length == 0 ? list : list[2..];

    /// <summary>
    /// Whether a format carries what lies on paths across objects, and can be written: SenML JSON (110), SenML CBOR (112), LwM2M CBOR
    /// (11544).
    /// </summary>
    /// <param name="format">A Content-Format.</param>
    public static bool SupportsComposite(ContentFormat format) =>
        format is ContentFormat.SenMLJson or ContentFormat.SenMLCbor or ContentFormat.Lwm2mCbor && Supports(format);

    /// <summary>Whether a composite can be read in a format: one that <see cref="SupportsComposite"/>, or SenML-ETCH (320, 322).</summary>
    /// <param name="format">A Content-Format.</param>
    public static bool CanReadComposite(ContentFormat format) => SupportsComposite(RecordReader.WithoutEtch(format));

    /// <summary>Whether a format carries a single value and no ids.</summary>
    /// <param name="format">A Content-Format.</param>
    public static bool IsSingleValue(ContentFormat format) => RecordWriter.IsSingleValue(format);

    /// <summary>
    /// Whether a format is for patches alone, SenML-ETCH JSON (320) and CBOR (322): a null in it removes a resource or resource instance,
    /// and it is read by <see cref="ReadMode.WriteUpdate"/>.
    /// </summary>
    /// <param name="format">A Content-Format.</param>
    public static bool IsPatch(ContentFormat format) => RecordReader.WithoutEtch(format) != format;

    /// <summary>Writes an Object Instance.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{ObjectInstance}, Lwm2mPath, ContentFormat, Span{byte}, out int)"/>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="format">The format, one that <see cref="Supports"/>.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written.</param>
    public static RepresentationResult Write(ObjectInstance instance, ContentFormat format, Span<byte> destination, out int written)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ThrowIfUnsupported(format);
        ResourceWriter writer = new(destination, format);
        writer.WriteReadable(instance);
        RepresentationResult result = Finish(ref writer, out written);
        return result == RepresentationResult.TooLarge
            ? WriteWithSlack([instance], new(instance.Definition.ObjectId, instance.InstanceId), format, destination, out written)
            : result;
    }

    /// <summary>Writes what lies on a path: instances of an object, one of them, a resource or a resource instance.</summary>
    /// <param name="instances">The Object Instances that the path names, in ascending order; one where it names one or less of it.</param>
    /// <param name="path">The path.</param>
    /// <param name="format">The format, one that <see cref="Supports"/>.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether it was written, and if not, why.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public static RepresentationResult Write(
        ReadOnlySpan<ObjectInstance> instances, Lwm2mPath path, ContentFormat format, Span<byte> destination, out int written)
    {
        ThrowIfUnsupported(format);
        RepresentationResult result = WriteDirectly(instances, path, format, destination, out written);
        return result == RepresentationResult.TooLarge ? WriteWithSlack(instances, path, format, destination, out written) : result;
    }

    /// <summary>
    /// Writes all of an Object Instance, also what no server may read: to keep it, in a place that is as secret as that. It is read again
    /// by <see cref="ReadMode.Bootstrap"/>.
    /// </summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="format">The format for more than one value, one that <see cref="Supports"/>.</param>
    /// <param name="destination">Where to write; longer than the payload by <see cref="RecordWriter.MaxExcess"/> to be sure of success.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether there was room.</returns>
    internal static bool TryWriteWhole(ObjectInstance instance, ContentFormat format, Span<byte> destination, out int written)
    {
        ThrowIfUnsupported(format);
        ResourceWriter writer = new(destination, format);
        writer.WriteWhole(instance);
        int length = writer.Finish();
        written = Math.Max(length, 0);
        return length >= 0;
    }

    /// <summary>
    /// Writes all of Object Instances, also what no server may read: what a Bootstrap-Server writes (LwM2M TS Core, 6.1.7.5 and 6.1.7.7). The
    /// payload is as secret as the keys in it.
    /// </summary>
    /// <param name="instances">The Object Instances, each with the path that it is to have, ascending; several in a format for composites
    /// alone.</param>
    /// <param name="format">The format for more than one value, one that <see cref="Supports"/>.</param>
    /// <param name="destination">Where to write. A record begins only where the longest one fits, so it has to be longer than the payload.
    /// </param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether there was room.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public static bool TryWriteWhole(
        ReadOnlySpan<(ObjectInstance Instance, Lwm2mPath Path)> instances, ContentFormat format, Span<byte> destination, out int written)
    {
        ThrowIfUnsupported(format);
        ResourceWriter writer = new(destination, format);
        foreach ((ObjectInstance instance, Lwm2mPath path) in instances)
        {
            writer.WriteWhole(instance, path);
        }

        int length = writer.Finish();
        written = Math.Max(length, 0);
        return length >= 0;
    }

    /// <summary>
    /// Reads a payload into an object: the whole of it, or nothing where anything in it is wrong.
    /// </summary>
    /// <param name="instance">The object.</param>
    /// <param name="path">
    /// The path that the payload is for: the Object Instance or something below it. Its ids are the ones that names in the payload are held
    /// against, whatever instance of the object they are read into.
    /// </param>
    /// <param name="format">The payload's format, one that <see cref="CanRead"/>.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="mode">What the payload means.</param>
    /// <param name="error">What is wrong.</param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported, or the path names no Object Instance.</exception>
    public static bool TryRead(
        ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode, out PayloadError error)
    {
        ArgumentNullException.ThrowIfNull(instance);
        format = RecordReader.FormatOf(format);
        ThrowIfUnsupported(format);
        if (path.InstanceId == Lwm2mPath.MaxId)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, "The path has to name an Object Instance or something below it.");
        }

        return InstancePayload.TryRead(instance, path, format, ref MemoryMarshal.GetReference(payload), payload.Length, mode, out error);
    }

    /// <summary>Reads a peer's report of an Object Instance into a new object of its type.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="instanceId">The Object Instance's id in the payload.</param>
    /// <param name="format">The payload's format, one that <see cref="CanRead"/>.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="instance">The object; without any resource where the payload is wrong.</param>
    /// <param name="error">What is wrong.</param>
    /// <returns>Whether the payload was read.</returns>
    public static bool TryRead<T>(
        ushort instanceId, ContentFormat format, ReadOnlySpan<byte> payload, out T instance, out PayloadError error)
        where T : ObjectInstance, ILwm2mObject<T>
    {
        instance = T.Create();
        return TryRead(instance, new(T.Info.ObjectId, instanceId), format, payload, ReadMode.Mirror, out error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ThrowIfUnsupported(ContentFormat format)
    {
        if (!Supports(format))
        {
            ThrowUnsupported(format);
        }
    }

    [DoesNotReturn]
    private static void ThrowUnsupported(ContentFormat format) => throw new ArgumentOutOfRangeException(
        nameof(format), (int)format, "This Content-Format is not one of Representation's, or the program's IpsoFormats leave it out.");

    private static RepresentationResult WriteDirectly(
        ReadOnlySpan<ObjectInstance> instances, Lwm2mPath path, ContentFormat format, Span<byte> destination, out int written)
    {
        ResourceWriter writer = new(destination, format);
        if (path.Depth >= 2)
        {
            foreach (ObjectInstance instance in instances)
            {
                writer.Write(instance, path, isOneOfSeveral: false);
            }
        }
        else
        {
            foreach (ObjectInstance instance in instances)
            {
                writer.Write(instance, new(instance.Definition.ObjectId, instance.InstanceId), isOneOfSeveral: true);
            }
        }

        bool isAbsent = path.Depth >= 3 && writer.IsEmpty && !writer.Overflowed;
        RepresentationResult result = Finish(ref writer, out written);
        if (isAbsent)
        {
            written = 0;
            return RepresentationResult.Absent;
        }

        return result;
    }

    private static RepresentationResult Finish(ref ResourceWriter writer, out int written)
    {
        int length = writer.Finish();
        written = Math.Max(length, 0);
        return length >= 0 ? RepresentationResult.Written
            : writer.Overflowed ? RepresentationResult.TooLarge
            : RepresentationResult.NotRepresentable;
    }

    // The writer begins a record only where the longest one fits: a destination that is just long enough needs a detour.
    private static RepresentationResult WriteWithSlack(
        ReadOnlySpan<ObjectInstance> instances, Lwm2mPath path, ContentFormat format, Span<byte> destination, out int written)
    {
        byte[] rented = SpareBytes.Rent(destination.Length + RecordWriter.MaxExcess);
        RepresentationResult result = WriteDirectly(instances, path, format, rented, out written);
        if (result == RepresentationResult.Written && written > destination.Length)
        {
            result = RepresentationResult.TooLarge;
            written = 0;
        }

        rented.AsSpan(0, written).CopyTo(destination);
        SpareBytes.Return(rented);
        return result;
    }
}
