using Ipso.Coap.Engine;

namespace Ipso.Net;

// Connections that their owner has no use for any more.
public sealed partial class TcpHost
{
    /// <summary>Tells a peer with a Release (RFC 8323, 5.5), sends what waits and closes.</summary>
    /// <param name="peer">The connection; one that is gone is of no account.</param>
    internal void Disconnect(in PeerId peer)
    {
        lock (_gate)
        {
            if (_connections.TryGetValue(peer, out TcpConnection? connection) && !connection.IsClosing)
            {
                Release(connection, Now);
                BeginClose(connection);
                Wake();
            }
        }
    }
}
