using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// Drives a protocol over a UDP socket: one thread that waits for datagrams, and a lock under which alone the protocol is called.
/// Nothing is allocated per datagram.
/// </summary>
/// <remarks>
/// The thread blocks in the receiving call itself, since to ask first costs a second system call for each datagram. Deadlines and
/// <see cref="Wake"/> end the wait with an empty datagram from the socket to itself: no CoAP, and harmless when somebody else sends it.
/// </remarks>
public sealed class UdpHost : IAsyncDisposable
{
    private const int MaxDatagram = 65_535;

    // Should a wake be lost, the thread looks around once a minute; without a way to itself, ten times a second.
    private const int ReceiveTimeout = 60_000;
    private static readonly TimeSpan s_waitWithoutWake = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly IDatagramProtocol _protocol;
    private readonly Action<Instant>? _afterCycle;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Socket _socket;
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private readonly SocketAddress _self;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(MaxDatagram);
    private readonly byte[] _transmitted = GC.AllocateUninitializedArray<byte>(MaxDatagram);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Instant? _armedFor;
    private bool _inProtocol;
    private volatile bool _stopping;
    private volatile bool _cannotWake;
    private int _wakeUnderWay;

    /// <summary>Opens the socket and starts the thread.</summary>
    /// <param name="protocol">What is driven. From now on it is called under the lock of this host only.</param>
    /// <param name="local">Address and port to bind; port 0 lets the system choose. <see cref="IPAddress.IPv6Any"/> serves IPv4 as
    /// well.</param>
    /// <param name="afterCycle">Called under the lock whenever the protocol may have moved on: the place to take its events. It must not
    /// block, and the first call may come before this constructor has returned.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="UdpBindException">The port is in use, or the address is not one of this machine.</exception>
    public UdpHost(IDatagramProtocol protocol, IPEndPoint local, Action<Instant>? afterCycle = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(local);
        _protocol = protocol;
        _afterCycle = afterCycle;
        _time = time ?? TimeProvider.System;
        _socket = Bind(local);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _from = new SocketAddress(local.AddressFamily);
        _to = new SocketAddress(local.AddressFamily);
        _self = SelfAddress(LocalEndPoint).Serialize();
        _timer = _time.CreateTimer(static host => ((UdpHost)host!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Wake();
        new Thread(Run) { IsBackground = true, Name = $"Ipso UDP {LocalEndPoint}" }.Start();
    }

    /// <summary>The address and port that the socket is bound to.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Ends when the host has stopped; faulted if protocol or callback have thrown, or the socket has broken.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Datagrams that the system refused to send. To the protocol it looks like packet loss.</summary>
    public long SendErrors { get; private set; }

    /// <summary>The moment.</summary>
    public Instant Now => new(_time.GetElapsedTime(0).Ticks);

    /// <summary>The peer at an endpoint, as this socket reaches it: an IPv4 address through an IPv6 socket is mapped.</summary>
    /// <param name="endPoint">Address and port.</param>
    /// <returns>The peer.</returns>
    public PeerId GetPeer(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        bool isMapped = LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6 && endPoint.AddressFamily == AddressFamily.InterNetwork;
        return UdpAddress.ToPeer(isMapped ? new IPEndPoint(endPoint.Address.MapToIPv6(), endPoint.Port) : endPoint);
    }

    /// <summary>Calls the protocol from any thread, under the lock, and sends what comes of it.</summary>
    /// <typeparam name="TState">What the function needs, so that it can be static.</typeparam>
    /// <typeparam name="TResult">What it returns.</typeparam>
    /// <param name="state">Handed to the function.</param>
    /// <param name="function">Calls the protocol. It must not block.</param>
    /// <returns>The result of the function.</returns>
    /// <exception cref="ObjectDisposedException">The host has been stopped.</exception>
    public TResult Invoke<TState, TResult>(TState state, Func<TState, Instant, TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            Instant now = Now;
            TResult result = function(state, now);
            if (_inProtocol)
            {
                // Called by the handler or a callback: the cycle that is under way sends what there is.
                return result;
            }

            Drain(now);
            Arm(now);
            return result;
        }
    }

    /// <summary>Calls the protocol from any thread, under the lock, and sends what comes of it.</summary>
    /// <typeparam name="TState">What the action needs, so that it can be static.</typeparam>
    /// <param name="state">Handed to the action.</param>
    /// <param name="action">Calls the protocol. It must not block.</param>
    /// <exception cref="ObjectDisposedException">The host has been stopped.</exception>
    public void Invoke<TState>(TState state, Action<TState, Instant> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Invoke((state, action), static (call, now) =>
        {
            call.action(call.state, now);
            return true;
        });
    }

    /// <summary>
    /// Lets the thread go through a cycle soon: <c>OnDeadline</c>, then sending. For any thread; several wakes at once become one.
    /// </summary>
    public void Wake()
    {
        if (_stopping || Interlocked.Exchange(ref _wakeUnderWay, 1) != 0)
        {
            return;
        }

        SendWake();
    }

    /// <summary>Stops the thread and closes the socket.</summary>
    /// <returns>Ends when the thread has.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping)
        {
            _stopping = true;
            SendWake();
        }

        await _completion.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Socket Bind(IPEndPoint local)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = local.Address.Equals(IPAddress.IPv6Any);
            }

            if (OperatingSystem.IsWindows())
            {
                // SIO_UDP_CONNRESET off: an ICMP message about one peer is no error of the socket.
                socket.IOControl(unchecked((int)0x9800000c), [0, 0, 0, 0], null);
            }

            socket.ReceiveTimeout = ReceiveTimeout;
            socket.Bind(local);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            string why = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "is already in use",
                SocketError.AddressNotAvailable => "is not an address of this machine",
                SocketError.AddressFamilyNotSupported => "is of a kind that this machine does not have",
                SocketError.AccessDenied => "needs a permission that this process does not have",
                _ => $"cannot be opened ({e.SocketErrorCode})",
            };
            throw new UdpBindException(local, $"UDP {local} {why}.", e);
        }
    }

    private static IPEndPoint SelfAddress(IPEndPoint local) =>
        local.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, local.Port)
        : local.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.Loopback.MapToIPv6(), local.Port)
        : local;

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                bool isIdle = _cannotWake && !_socket.Poll(s_waitWithoutWake, SelectMode.SelectRead);
                int length = isIdle ? 0 : ReceiveDatagram();
                Interlocked.Exchange(ref _wakeUnderWay, 0);
                Cycle(length);
            }

            Close();
            _completion.SetResult();
        }
#pragma warning disable CA1031 // The thread has nobody to throw to: who awaits Completion gets to know.
        catch (Exception e)
        {
            _stopping = true;
            Close();
            _completion.SetException(e);
        }
#pragma warning restore CA1031
    }

    // Under the lock, so that a call that was let in before the stop can end its sending.
    private void Close()
    {
        lock (_gate)
        {
            _timer.Dispose();
            _socket.Dispose();
        }
    }

    // A timer that fires too early does no harm, so that it is set anew only for a deadline before the one it is set for.
    private void Arm(Instant now)
    {
        if (_protocol.NextDeadline is { } deadline && !(deadline >= _armedFor))
        {
            // The timer counts in milliseconds and cuts off.
            TimeSpan wait = deadline - now + TimeSpan.FromMilliseconds(1);
            _armedFor = deadline;
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _armedFor = null;
        }

        Wake();
    }

    private int ReceiveDatagram()
    {
        try
        {
            return _socket.ReceiveFrom(_received, SocketFlags.None, _from);
        }
        catch (SocketException e)
            when (e.SocketErrorCode is not (SocketError.NotSocket or SocketError.OperationAborted or SocketError.Shutdown))
        {
            // An ICMP message about a peer, a datagram damaged or too long, or none for a minute: nothing of it is the end of the socket.
            return 0;
        }
    }

    private void Cycle(int length)
    {
        lock (_gate)
        {
            Instant now = Now;
            _inProtocol = true;
            try
            {
                // An empty datagram is a wake. It is no CoAP, and whoever else sends one wakes us for nothing.
                if (length > 0)
                {
                    _protocol.Receive(_received.AsSpan(0, length), UdpAddress.ToPeer(_from), now);
                }

                _protocol.OnDeadline(now);
            }
            finally
            {
                _inProtocol = false;
            }

            Drain(now);
            Arm(now);
        }
    }

    // Sends what there is, and lets the owner take the events, which may bring up more to send.
    private void Drain(Instant now)
    {
        _inProtocol = true;
        try
        {
            Transmit();
            if (_afterCycle is { } afterCycle)
            {
                afterCycle(now);
                Transmit();
            }
        }
        finally
        {
            _inProtocol = false;
        }

        void Transmit()
        {
            while (_protocol.TryTransmit(_transmitted, now, out Transmit transmit))
            {
                UdpAddress.Write(transmit.To, _to);
                try
                {
                    _socket.SendTo(_transmitted.AsSpan(0, transmit.Length), SocketFlags.None, _to);
                }
                catch (SocketException)
                {
                    SendErrors++;
                }
            }
        }
    }

    private void SendWake()
    {
        try
        {
            _socket.SendTo(default, SocketFlags.None, _self);
        }
        catch (SocketException)
        {
            // No way to ourselves, as in a network namespace without loopback: from now on the thread looks around by itself.
            _cannotWake = true;
        }
        catch (ObjectDisposedException)
        {
            // The thread has ended meanwhile, which is what a wake could have wanted.
        }
    }
}
