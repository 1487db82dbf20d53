using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ipso.Benchmarks.Harness;
using Ipso.Coap;

namespace Ipso.Benchmarks.Coap;

/// <summary>Keeps a few GETs under way on each of some TCP connections, and checks every answer (RFC 8323).</summary>
/// <remarks>It never sleeps, as <see cref="LoadGenerator"/> does not.</remarks>
internal sealed class TcpLoadGenerator : ILoad
{
    private const int Connections = 16;
    private const int InFlight = 4;
    private const int TokenLength = 4;

    private readonly Connection[] _connections = new Connection[Connections];
    private readonly byte[] _requests;
    private readonly int _requestLength;

    /// <param name="server">Where it listens.</param>
    /// <param name="path">A segment of a path, of 1 to 12 characters.</param>
    internal TcpLoadGenerator(IPEndPoint server, string path)
    {
        // Length and token's length, GET, token, Uri-Path.
        byte[] options = [(byte)(((int)CoapOptionNumber.UriPath << 4) | path.Length), .. path.Select(static c => (byte)c)];
        byte[] request = [(byte)((options.Length << 4) | TokenLength), CoapCode.Get.Value, .. new byte[TokenLength], .. options];
        _requestLength = request.Length;
        _requests = [.. Enumerable.Repeat(request, InFlight).SelectMany(static bytes => bytes)];
        for (int i = 0; i < Connections; i++)
        {
            _connections[i] = new Connection(server);
        }
    }

    public long Run(long requests, TimeSpan time)
    {
        long answered = 0, start = Stopwatch.GetTimestamp();
        foreach (Connection connection in _connections)
        {
            Ask(connection);
        }

        while (answered < requests && Stopwatch.GetElapsedTime(start) < time)
        {
            foreach (Connection connection in _connections)
            {
                connection.TakeAnswers();
                Ask(connection);
                answered += InFlight;
            }
        }

        foreach (Connection connection in _connections)
        {
            connection.TakeAnswers();
        }

        return answered;
    }

    public void Dispose() => Array.ForEach(_connections, static connection => connection.Dispose());

    private void Ask(Connection connection)
    {
        for (int i = 0; i < InFlight; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_requests.AsSpan((i * _requestLength) + 2), connection.NextToken());
        }

        connection.Socket.Send(_requests);
    }

    private sealed class Connection : IDisposable
    {
        private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
        private readonly CoapStreamFramer _framer = new(4096);
        private uint _asked;
        private uint _answered;

        internal Connection(IPEndPoint server)
        {
            Socket.Connect(server);
            Socket.NoDelay = true;

            // The first message is a CSM (RFC 8323, 5.3).
            Socket.Send([0, CoapCode.Csm.Value]);
            Socket.Blocking = false;
        }

        internal Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        internal uint NextToken() => ++_asked;

        /// <summary>Reads until nothing is under way.</summary>
        internal void TakeAnswers()
        {
            while (_answered != _asked)
            {
                while (_framer.TryRead(out CoapMessage message))
                {
                    if (message.Code.IsSignal)
                    {
                        continue;
                    }

                    uint token = message.TokenBytes.Length == TokenLength ? BinaryPrimitives.ReadUInt32BigEndian(message.TokenBytes) : 0;
                    if (!message.Code.IsSuccess || message.Payload.IsEmpty || token != ++_answered)
                    {
                        throw new WrongResultException($"Not an answer: {Convert.ToHexString(message.Datagram)}");
                    }
                }

                if (_answered != _asked)
                {
                    Receive();
                }
            }
        }

        public void Dispose() => Socket.Dispose();

        private void Receive()
        {
            int count;
            SocketError error;
            long start = Stopwatch.GetTimestamp();
            do
            {
                count = Socket.Receive(_framer.GetBuffer(), SocketFlags.None, out error);
            }
            while (error == SocketError.WouldBlock && Stopwatch.GetElapsedTime(start) < s_patience);

            if (count == 0)
            {
                throw new WrongResultException($"No answer: {error}.");
            }

            _framer.Advance(count);
        }
    }
}
