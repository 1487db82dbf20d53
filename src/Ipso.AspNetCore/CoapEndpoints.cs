using System.Net;
using System.Net.WebSockets;
using Ipso.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Ipso.AspNetCore;

/// <summary>Endpoints that serve CoAP over WebSockets (RFC 8323, 4).</summary>
public static class CoapEndpoints
{
    /// <summary>The path that the URIs <c>coap+ws</c> and <c>coaps+ws</c> mean (RFC 8323, 8.3 and 8.4).</summary>
    public const string WellKnownPath = "/.well-known/coap";

    private const string SubProtocol = "coap";

    // GET in HTTP/1.1 (RFC 6455, 4.1), CONNECT in HTTP/2 (RFC 8441, 4).
    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Connect];

    /// <summary>Serves CoAP over WebSockets at <see cref="WellKnownPath"/>.</summary>
    /// <inheritdoc cref="MapCoap(IEndpointRouteBuilder, string, CoapServer, IReadOnlyList{string})"/>
    public static IEndpointConventionBuilder MapCoap(this IEndpointRouteBuilder endpoints, CoapServer server) =>
        MapCoap(endpoints, WellKnownPath, server);

    /// <summary>
    /// Serves CoAP over WebSockets: each WebSocket of subprotocol <c>coap</c> that is opened at the path is a connection of a
    /// <see cref="CoapServer"/>, with the resources that it has over UDP and TCP. There is no need of <c>UseWebSockets</c>.
    /// </summary>
    /// <remarks>
    /// <para>Who asks (<see cref="CoapServerRequest.Identity"/>) is the owner of the client's certificate on the connection of TLS, if it
    /// has one: that the server of HTTP has verified it is up to its options. The user of HTTP is not looked at.</para>
    /// <para>What is no such WebSocket is answered with 426 or 400. When the application stops, clients are sent a Release and a Close. How
    /// many there may be is said by <see cref="CoapServerOptions.Connections"/>, and before that by the server of HTTP.</para>
    /// </remarks>
    /// <param name="endpoints">Where endpoints are mapped.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="server">The server, with its resources mapped. It is started for WebSockets, unless it takes connections already; to
    /// dispose of it is the caller's.</param>
    /// <param name="allowedOrigins">Whose pages may open one in a browser, such as <c>https://example.com</c>: what names another Origin is
    /// answered with 403 (RFC 6455, 10.2). Null, the default, for any; what is no browser names none.</param>
    /// <returns>The endpoint, to say more about it.</returns>
    /// <example>
    /// <code>
    /// CoapServer coap = new();
    /// coap.MapGet("/temperature", _ => CoapReply.Content("21.5"));
    /// app.MapCoap(coap);
    /// </code>
    /// </example>
    public static IEndpointConventionBuilder MapCoap(
        this IEndpointRouteBuilder endpoints, string pattern, CoapServer server, IReadOnlyList<string>? allowedOrigins = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(server);
        if (!server.TakesConnections)
        {
            server.StartForWebSockets();
        }

        CancellationToken stopping =
            endpoints.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        IApplicationBuilder pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        pipeline.Run(context => ServeAsync(context, server, allowedOrigins, stopping));
        return endpoints.MapMethods(pattern, s_methods, pipeline.Build()).WithDisplayName("CoAP over WebSockets");
    }

    private static async Task ServeAsync(
        HttpContext context, CoapServer server, IReadOnlyList<string>? allowedOrigins, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers[HeaderNames.Upgrade] = "websocket";
            return;
        }

        // Not left to the options of UseWebSockets, which do not count where the application has used it before.
        StringValues origin = context.Request.Headers.Origin;
        if (allowedOrigins is not null && origin.Count > 0
            && !allowedOrigins.Contains(origin.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($"The subprotocol is {SubProtocol}.", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        // RFC 8323, 4.4: the Pings are CoAP's.
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { SubProtocol = SubProtocol, KeepAliveInterval = TimeSpan.Zero }).ConfigureAwait(false);
        ConnectionInfo connection = context.Connection;
        IPEndPoint remote = new(connection.RemoteIpAddress ?? IPAddress.None, connection.RemotePort);
        await server.ServeAsync(socket, remote, connection.ClientCertificate, stopping).ConfigureAwait(false);
    }
}
