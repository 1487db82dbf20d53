using System.Text;
using System.Text.Unicode;
using Ipso.Coap.Engine;

namespace Ipso.Server.Registration;

/// <summary>The endpoint's name in what a device has proved, where nobody says otherwise.</summary>
internal static class EndpointIdentity
{
    internal static string? NameOf(PeerIdentity identity)
    {
        ReadOnlySpan<byte> value = identity.Value.Span;
        if (identity.Kind == PeerIdentityKind.Oscore)
        {
            // The ID Context, its length before it, comes first.
            value = value.Length > 0 && value.Length > value[0] ? value[(value[0] + 1)..] : default;
        }

        return identity.Kind != PeerIdentityKind.RawPublicKey && !value.IsEmpty && Utf8.IsValid(value) ? Encoding.UTF8.GetString(value) : null;
    }
}
