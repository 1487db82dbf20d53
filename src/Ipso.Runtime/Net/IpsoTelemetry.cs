using System.Diagnostics;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// What OpenTelemetry and others can listen to: a meter and an activity source of the same name. Instruments and attributes are named by
/// OpenTelemetry's conventions. Nothing is made or measured while nobody listens.
/// </summary>
public static class IpsoTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Ipso.Coap";

    private static readonly ActivitySource s_source = new(Name);

    /// <summary>
    /// Puts a span around each request that a handler answers. Its name is the method; the handler may give it a better one, and is the
    /// parent of what it starts, by <see cref="Activity.Current"/>.
    /// </summary>
    /// <param name="handler">The handler.</param>
    /// <returns>A handler for the endpoint.</returns>
    public static ICoapRequestHandler Trace(ICoapRequestHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new TracedHandler(handler);
    }

    /// <summary>Starts the span of a request that a client makes; null while nobody listens.</summary>
    internal static Activity? StartRequest(CoapCode method, string path, string serverAddress, int serverPort)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        string name = MethodName(method);
        Activity? activity = s_source.StartActivity(name, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("network.protocol.name", "coap");
            activity.SetTag("coap.request.method", name);
            activity.SetTag("server.address", serverAddress);
            activity.SetTag("server.port", serverPort);
            int query = path.IndexOf('?', StringComparison.Ordinal);
            activity.SetTag("url.path", query < 0 ? path : path[..query]);
        }

        return activity;
    }

    /// <summary>Notes the response; for a client each error is one (OpenTelemetry), for a server those of its own.</summary>
    internal static void SetResponse(Activity? activity, CoapCode code)
    {
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("coap.response.code", $"{code.Class}.{code.Detail:00}");
            if (code.Class >= (activity.Kind == ActivityKind.Client ? 4 : 5))
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    /// <summary>Notes that there is no response.</summary>
    internal static void SetFailure(Activity? activity, string type, string message)
    {
        activity?.SetTag("error.type", type);
        activity?.SetStatus(ActivityStatusCode.Error, message);
    }

    private static string MethodName(CoapCode method) => ((CoapMethod)method.Value).ToString().ToUpperInvariant();

    private sealed class TracedHandler(ICoapRequestHandler handler) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            if (!s_source.HasListeners())
            {
                handler.Handle(request, ref response);
                return;
            }

            string name = request.IsNotification ? "notify" : MethodName(request.Code);
            using Activity? activity = s_source.StartActivity(name, ActivityKind.Server);
            if (activity is { IsAllDataRequested: true })
            {
                activity.SetTag("network.protocol.name", "coap");
                activity.SetTag("coap.request.method", MethodName(request.Code));
                activity.SetTag("url.path", PathOf(request));
            }

            try
            {
                handler.Handle(request, ref response);
                SetResponse(activity, response.Code);
            }
            catch (Exception e)
            {
                SetFailure(activity, e.GetType().FullName!, e.Message);
                throw;
            }
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) => handler.BeginBody(request, ref response);

        private static string PathOf(in CoapRequest request)
        {
            string path = "";
            foreach (ReadOnlySpan<byte> segment in request.UriPath)
            {
                path += "/" + Uri.EscapeDataString(System.Text.Encoding.UTF8.GetString(segment));
            }

            return path.Length == 0 ? "/" : path;
        }
    }
}
