namespace Ipso.Net;

/// <summary>The events of a server, with their numbers.</summary>
internal static class CoapServerLog
{
    public static void HandlerFailed(IpsoLogger logger, CoapRoute? route, Exception exception)
    {
        if (logger.IsEnabled(IpsoLogLevel.Error))
        {
            logger.Log(new IpsoLogEntry
            {
                Level = IpsoLogLevel.Error,
                EventId = 20,
                EventName = "CoapHandlerFailed",
                Template = "The handler of {Route} has thrown",
                Arguments = [new("Route", route is null ? "a body" : $"{route.Method} {route.Template}")],
                Exception = exception,
            });
        }
    }
}
