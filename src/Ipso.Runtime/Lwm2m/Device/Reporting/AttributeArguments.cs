using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The notification attributes in the query of a request: a Write-Attributes (LwM2M TS Core, 6.3.4) or an Observe (6.4.1).
/// </summary>
internal static class AttributeArguments
{
    private const NotificationAttributeNames OfNumbers =
        NotificationAttributeNames.GreaterThan | NotificationAttributeNames.LessThan | NotificationAttributeNames.Step;

    // LwM2M TS Core, 6.4.4.
    private const NotificationAttributeNames OfComposites = NotificationAttributeNames.MinimumPeriod
        | NotificationAttributeNames.MaximumPeriod | NotificationAttributeNames.MinimumEvaluationPeriod
        | NotificationAttributeNames.MaximumEvaluationPeriod | NotificationAttributeNames.Confirmable;

    /// <summary>Whether a request is a Write-Attributes: a PUT with a query and without payload.</summary>
    internal static bool IsWrite(in CoapRequest request) =>
        request.Method == CoapMethod.Put && request.Payload.IsEmpty && HasQuery(request);

    /// <summary>Whether a request has a query at all.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool HasQuery(in CoapRequest request) => !request.UriQuery.IsEmpty;

    /// <summary>Reads the query.</summary>
    /// <param name="request">The request.</param>
    /// <param name="query">What it says; nothing where the request has no query.</param>
    /// <returns>
    /// Whether it has attributes only, each once and with a value that it can have, consistent with each other, and such as the operation
    /// takes. Only a Write-Attributes takes a name without a value.
    /// </returns>
    internal static bool TryRead(in CoapRequest request, out AttributeQuery query)
    {
        query = default;
        bool isWrite = IsWrite(request);
        foreach (ReadOnlySpan<byte> argument in request.UriQuery)
        {
            if (!query.TryAdd(argument) || !isWrite && !argument.Contains((byte)'='))
            {
                return false;
            }
        }

        return query.Values.IsConsistent && (request.Method != CoapMethod.Fetch || (query.Names & ~OfComposites) == 0);
    }

    /// <summary>
    /// Whether attributes can be assigned to a path: <c>gt</c>, <c>lt</c> and <c>st</c> to a resource of numbers that can be read and its
    /// instances, <c>edge</c> to one of Booleans (LwM2M TS Core, 5.1.2).
    /// </summary>
    /// <param name="query">The attributes.</param>
    /// <param name="path">The path.</param>
    /// <param name="resource">The resource that the path names, if it names one.</param>
    internal static bool Fit(in AttributeQuery query, Lwm2mPath path, ResourceInfo? resource)
    {
        bool isNumber = resource is
        {
            IsReadable: true,
            Type: ResourceType.Integer or ResourceType.UnsignedInteger or ResourceType.Float or ResourceType.Time,
        };
        bool isBoolean = resource is { IsReadable: true, Type: ResourceType.Boolean };
        return (path.Depth == 0 || query.FitsLevelOf(path))
            && (isNumber || (query.Names & OfNumbers) == 0)
            && (isBoolean || (query.Names & NotificationAttributeNames.Edge) == 0);
    }
}
