using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

internal static class Sessions
{
    /// <summary>The session of a name.</summary>
    internal static DtlsSession Of(SecuredProtocol protocol, in PeerId name) => (DtlsSession)protocol.FindSession(name)!;
}
