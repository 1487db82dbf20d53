using System.Globalization;
using Ipso.Coap;
using Ipso.Lwm2m;

namespace Ipso.Server.Operations;

/// <summary>
/// An operation of Device Management or Information Reporting (LwM2M TS Core, 6.3 and 6.4), as CoAP has it (LwM2M TS Transport, 6.4.4 and
/// 6.4.5). Immutable; may be sent to many devices.
/// </summary>
public sealed class DeviceRequest
{
    private DeviceRequest(CoapCode method, Lwm2mPath path, bool isIdempotent)
    {
        Method = method;
        Path = path;
        IsIdempotent = isIdempotent;
    }

    /// <summary>The method.</summary>
    public CoapCode Method { get; }

    /// <summary>What it is about, below the root of the device's objects; the root for composites.</summary>
    public Lwm2mPath Path { get; }

    /// <summary>A path of the server's own, in place of <see cref="Path"/>; <see langword="null"/> for none.</summary>
    internal string? Literal { get; private init; }

    /// <summary>Says that a bootstrap is over (LwM2M TS Core, 6.1.7.2).</summary>
    internal static DeviceRequest BootstrapFinish { get; } = new(CoapCode.Post, Lwm2mPath.Root, isIdempotent: true) { Literal = "/bs" };

    /// <summary>The query without question mark; empty for none.</summary>
    public string Query { get; private init; } = "";

    /// <summary>The payload, once for each format that the device may take; <see langword="null"/> for none.</summary>
    public IDeviceContent? Content { get; private init; }

    /// <summary>
    /// Whether the answer has values, in a format that the server chooses by what the device knows unless <see cref="Accept"/> says it.
    /// </summary>
    public bool WantsValues { get; private init; }

    /// <summary>The format wanted; <see langword="null"/> for the server's choice where <see cref="WantsValues"/>, or none.</summary>
    public ContentFormat? Accept { get; private init; }

    /// <summary>Whether the device is to notify of changes.</summary>
    public bool Observes { get; private init; }

    /// <summary>Whether it makes no difference how often it is done: it may be repeated where nobody knows whether it was.</summary>
    public bool IsIdempotent { get; }

    /// <summary>Reads an Object, Object Instance, Resource or Resource Instance.</summary>
    /// <param name="path">What.</param>
    public static DeviceRequest Read(Lwm2mPath path) => new(CoapCode.Get, path, isIdempotent: true) { WantsValues = true };

    /// <summary>Asks what there is, with the notification attributes.</summary>
    /// <param name="path">An Object, Object Instance or Resource.</param>
    /// <param name="depth">How deep, 0 to 3, for a device of LwM2M 1.2; <see langword="null"/> for its default.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another depth.</exception>
    public static DeviceRequest Discover(Lwm2mPath path, int? depth = null)
    {
        if (depth is < 0 or > 3)
        {
            throw new ArgumentOutOfRangeException(nameof(depth), depth, "The depth is 0 to 3.");
        }

        return new(CoapCode.Get, path, isIdempotent: true)
        {
            Accept = ContentFormat.LinkFormat,
            Query = depth is { } d ? string.Create(CultureInfo.InvariantCulture, $"depth={d}") : "",
        };
    }

    /// <summary>Writes, and replaces what is there.</summary>
    /// <param name="path">An Object Instance, Resource or Resource Instance.</param>
    /// <param name="content">The values.</param>
    public static DeviceRequest Write(Lwm2mPath path, IDeviceContent content) =>
        new(CoapCode.Put, path, isIdempotent: true) { Content = Given(content) };

    /// <summary>Writes, and leaves what the values do not name as it is (Partial Update).</summary>
    /// <param name="path">An Object Instance, or from LwM2M 1.1 on a multiple Resource.</param>
    /// <param name="content">The values.</param>
    public static DeviceRequest Update(Lwm2mPath path, IDeviceContent content) =>
        new(CoapCode.Post, path, isIdempotent: true) { Content = Given(content) };

    /// <summary>Executes a Resource.</summary>
    /// <param name="path">The Resource.</param>
    /// <param name="arguments">The arguments, <c>0='a',1,5</c>; empty for none (LwM2M TS Core, 6.3.5).</param>
    public static DeviceRequest Execute(Lwm2mPath path, string arguments = "") =>
        new(CoapCode.Post, path, isIdempotent: false) { Content = arguments.Length > 0 ? new TextContent(arguments) : null };

    /// <summary>Creates an Object Instance.</summary>
    /// <param name="objectId">The Object.</param>
    /// <param name="content">The values, with the id of the instance, or without one: the device then says which one it has given.</param>
    public static DeviceRequest Create(ushort objectId, IDeviceContent content) =>
        new(CoapCode.Post, new(objectId), isIdempotent: false) { Content = Given(content) };

    /// <summary>Deletes an Object Instance, or from LwM2M 1.2 on a Resource Instance.</summary>
    /// <param name="path">Which.</param>
    public static DeviceRequest Delete(Lwm2mPath path) => new(CoapCode.Delete, path, isIdempotent: false);

    /// <summary>Sets notification attributes; what is not named stays.</summary>
    /// <param name="path">An Object, Object Instance, Resource or Resource Instance.</param>
    /// <param name="attributes">The attributes in query form, <c>pmin=10&amp;pmax=60</c>; one without a value is removed.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static DeviceRequest WriteAttributes(Lwm2mPath path, string attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(attributes);
        return new(CoapCode.Put, path, isIdempotent: true) { Query = attributes };
    }

    /// <summary>Reads what lies on several paths at once; from LwM2M 1.1 on.</summary>
    /// <param name="paths">The paths, as a payload.</param>
    public static DeviceRequest ReadComposite(IDeviceContent paths) =>
        new(CoapCode.Fetch, Lwm2mPath.Root, isIdempotent: true) { Content = Given(paths), WantsValues = true };

    /// <summary>Writes to several places at once, all or none; from LwM2M 1.1 on.</summary>
    /// <param name="content">The values.</param>
    public static DeviceRequest WriteComposite(IDeviceContent content) =>
        new(CoapCode.IPatch, Lwm2mPath.Root, isIdempotent: true) { Content = Given(content) };

    /// <summary>Reads, and has the device notify of changes.</summary>
    /// <param name="path">What.</param>
    /// <param name="attributes">Notification attributes of this observation alone, in query form, for a device of LwM2M 1.2; empty for none.
    /// </param>
    public static DeviceRequest Observe(Lwm2mPath path, string attributes = "") =>
        new(CoapCode.Get, path, isIdempotent: true) { WantsValues = true, Observes = true, Query = attributes };

    /// <summary>Reads what lies on several paths, and has the device notify of changes of any of it; from LwM2M 1.1 on.</summary>
    /// <param name="paths">The paths, as a payload.</param>
    public static DeviceRequest ObserveComposite(IDeviceContent paths) =>
        new(CoapCode.Fetch, Lwm2mPath.Root, isIdempotent: true) { Content = Given(paths), WantsValues = true, Observes = true };

    /// <summary>The same with the answer in a format, instead of one that the server chooses.</summary>
    /// <param name="format">The format.</param>
    public DeviceRequest In(ContentFormat format) => new(Method, Path, IsIdempotent)
    {
        Query = Query, Content = Content, WantsValues = WantsValues, Observes = Observes, Accept = format,
    };

    /// <summary>Makes one again of what a store has.</summary>
    internal static DeviceRequest Restore(
        CoapCode method, Lwm2mPath path, string query, IDeviceContent? content, bool isIdempotent, bool wantsValues, bool observes,
        ContentFormat? accept) =>
        new(method, path, isIdempotent)
        {
            Query = query, Content = content, WantsValues = wantsValues, Observes = observes, Accept = accept,
        };

    /// <summary>The same without observing.</summary>
    internal DeviceRequest AsRead() => new(Method, Path, IsIdempotent) { Content = Content, WantsValues = WantsValues, Accept = Accept };

    /// <summary>The same to end what it has begun, in the format that this was asked for in.</summary>
    internal DeviceRequest AsDeregistration(ContentFormat? accept) => new(Method, Path, isIdempotent: false)
    {
        Query = Query, Content = Content, WantsValues = WantsValues, Accept = accept,
    };

    /// <summary>Method and path, for logs.</summary>
    public override string ToString() => $"{(Observes ? "Observe" : Method.ToString())} {Literal ?? Path.ToString()}{(Query.Length > 0 ? "?" : "")}{Query}";

    private static IDeviceContent Given(IDeviceContent content) => content ?? throw new ArgumentNullException(nameof(content));
}
