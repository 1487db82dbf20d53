namespace Ipso.AspNetCore
{
    public static class CoapEndpoints
    {
        public const string WellKnownPath = "/.well-known/coap";
        public static Microsoft.AspNetCore.Builder.IEndpointConventionBuilder MapCoap(this Microsoft.AspNetCore.Routing.IEndpointRouteBuilder endpoints, Ipso.Net.CoapServer server) { }
        public static Microsoft.AspNetCore.Builder.IEndpointConventionBuilder MapCoap(this Microsoft.AspNetCore.Routing.IEndpointRouteBuilder endpoints, string pattern, Ipso.Net.CoapServer server, System.Collections.Generic.IReadOnlyList<string>? allowedOrigins = null) { }
    }
}
