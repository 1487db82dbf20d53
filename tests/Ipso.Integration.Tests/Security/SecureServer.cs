using System.Net;
using System.Text;
using Ipso.Dtls;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Integration.Tests.Security;

/// <summary>A server of ours at <c>coaps</c>, which says who asks.</summary>
internal sealed class SecureServer : IAsyncDisposable
{
    private readonly OpenSslSecurity _security;
    private readonly CoapServer _server = new();

    internal SecureServer(DtlsOptions options)
    {
        _security = new OpenSslSecurity(options);
        _server.MapGet("/who", static request => CoapReply.Content($"{request.Identity}"));
        _server.MapGet("/long", static _ => CoapReply.Content(new string('x', 3000)));
        _server.Start(new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = _security }],
        });
    }

    internal IPEndPoint EndPoint => _server.LocalEndPoint;

    /// <summary>A lookup of one key, in text, as libcoap's programs take it.</summary>
    internal static PreSharedKeyLookup Key(string identity, string key) => (asked, room) =>
        asked.SequenceEqual(Encoding.UTF8.GetBytes(identity)) ? Encoding.UTF8.GetBytes(key, room) : 0;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _security.Dispose();
    }
}
