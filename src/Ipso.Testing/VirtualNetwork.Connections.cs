using Ipso.Coap.Engine;

namespace Ipso.Testing;

// Connections, for protocols over byte streams.
public sealed partial class VirtualNetwork
{
    private const ushort FirstEphemeralPort = 49_152;

    private readonly List<VirtualConnection> _connections = [];
    private ushort _port = FirstEphemeralPort;

    /// <summary>
    /// Opens a connection. It is there after the delay of its settings: each side hears so, or the one that opens it that there is nobody.
    /// </summary>
    /// <param name="client">The side that opens it.</param>
    /// <param name="server">The side that accepts it.</param>
    /// <param name="settings">How it carries bytes; whole and at once by default.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="InvalidOperationException">The side that opens it has no stream protocol.</exception>
    public VirtualConnection Connect(VirtualNode client, VirtualNode server, StreamSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(server);
        if (client.Streams is null)
        {
            throw new InvalidOperationException($"{client.Name} has no stream protocol.");
        }

        _connections.RemoveAll(static s => s.IsOver);
        VirtualConnection connection = new(client, server, settings ?? new StreamSettings(), NextPort(), NewRandom());
        _connections.Add(connection);
        connection.Open();
        return connection;
    }

    internal TraceEntry Record(VirtualNode from, VirtualNode to, ReadOnlySpan<byte> bytes)
    {
        TraceEntry entry = new(_entries++, Now, from, to, bytes.ToArray()) { IsStream = true };
        Trace.Add(entry);
        return entry;
    }

    internal bool AreSeparated(VirtualNode from, VirtualNode to) => AreApart(from, to);

    internal void DropConnections(VirtualNode node)
    {
        foreach (VirtualConnection connection in _connections)
        {
            if (connection.Client.Node == node)
            {
                VirtualConnection.Drop(connection.Client);
            }

            if (connection.Server.Node == node)
            {
                VirtualConnection.Drop(connection.Server);
            }
        }
    }

    private ushort NextPort()
    {
        ushort port = _port;
        _port = port == ushort.MaxValue ? FirstEphemeralPort : (ushort)(port + 1);
        return port;
    }

    private bool DrainStreams(VirtualNode node)
    {
        bool any = false;
        while (node.Streams is { } streams && streams.TryTransmit(_buffer, Now, out Transmit transmit))
        {
            CountStep(node.Name);
            any = true;
            if (FindEnd(node, transmit.To, out VirtualConnection? found) is { } end)
            {
                found!.Write(end, _buffer.AsSpan(0, transmit.Length));
            }
        }

        while (node.Streams is { } streams && streams.TryClose(out PeerId connection, out bool isReset))
        {
            CountStep(node.Name);
            any = true;
            if (FindEnd(node, connection, out VirtualConnection? found) is { } end)
            {
                found!.Close(end, isReset);
            }
        }

        return any;
    }

    // The open end of a connection; none if the other side's reset has come in between.
    private VirtualConnection.End? FindEnd(VirtualNode node, in PeerId connection, out VirtualConnection? found)
    {
        foreach (VirtualConnection candidate in _connections)
        {
            foreach (VirtualConnection.End end in (ReadOnlySpan<VirtualConnection.End>)[candidate.Client, candidate.Server])
            {
                if (end.Node == node && end.Connection == connection && end.Protocol is not null)
                {
                    found = candidate;
                    return end;
                }
            }
        }

        found = null;
        return null;
    }
}
