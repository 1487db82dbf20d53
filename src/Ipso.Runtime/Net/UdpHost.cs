using System.Net;
using System.Net.Sockets;
using Ipso.Buffers;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>
/// Drives a protocol over UDP sockets: for each a thread that waits for datagrams, and a lock under which alone the protocol is called.
/// Nothing is allocated per datagram.
/// </summary>
/// <remarks>
/// <para>A thread blocks in the receiving call itself, since to ask first costs a second system call for each datagram. Deadlines and
/// <see cref="Wake"/> are looked after by a thread of the pool meanwhile.</para>
/// <para>Answers leave from the address that the request came to: always where a listener has an address of its own, and on Linux also
/// where it has a wildcard and a fixed port (<see cref="UdpListener.AnswersFromAskedAddress"/>). ICMP messages about datagrams that were
/// sent are seen on Linux; elsewhere time-outs have to find out.</para>
/// </remarks>
public sealed partial class UdpHost : ICoapHost, IDisposable
{
    // Should a stop not reach a thread, it looks around once a minute.
    private const int ReceiveTimeout = 60_000;

    private readonly Lock _gate = new();
    private readonly HostCycle _cycle = new();
    private readonly IDatagramProtocol _protocol;
    private readonly Action<Instant>? _afterCycle;
    private readonly UdpHostOptions _options;
    private readonly UdpListener[] _listeners;
    private readonly HostClock _clock;
    private readonly IpsoLogger _logger;
    private readonly UdpPaths _paths;
    private readonly NetMetrics.Source? _metrics;
    private readonly UdpChannel[] _channels;
    private readonly IPEndPoint[] _local;
    private readonly SocketAddress[] _self;
    private readonly Thread[] _threads;
    private readonly HostEnd _end = new();
    private bool _hasFailed;
    private volatile bool _stopping;
    private int _running;

    /// <summary>Opens one socket and starts its thread.</summary>
    /// <param name="protocol">What is driven. From now on it is called under the lock of this host only.</param>
    /// <param name="local">Address and port to bind; port 0 lets the system choose. <see cref="IPAddress.IPv6Any"/> serves IPv4 as
    /// well.</param>
    /// <param name="afterCycle">Called under the lock whenever the protocol may have moved on: the place to take its events. It must not
    /// block, and the first call may come before this constructor has returned.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="UdpBindException">The port is in use, or the address is not one of this machine.</exception>
    public UdpHost(IDatagramProtocol protocol, IPEndPoint local, Action<Instant>? afterCycle = null, TimeProvider? time = null)
        : this(protocol, new UdpHostOptions(PoolClock.Factory, new UdpListener(local)) { Time = time ?? TimeProvider.System }, afterCycle)
    {
    }

    /// <summary>Opens the sockets and starts their threads.</summary>
    /// <param name="protocol">What is driven. From now on it is called under the lock of this host only.</param>
    /// <param name="options">Where and how to listen.</param>
    /// <param name="afterCycle">Called under the lock whenever the protocol may have moved on: the place to take its events. It must not
    /// block, and the first call may come before this constructor has returned.</param>
    /// <exception cref="UdpBindException">A port is in use, an address is not one of this machine, or a group cannot be joined.</exception>
    /// <exception cref="PlatformNotSupportedException">Groups where there is no telling what was sent to one.</exception>
    public UdpHost(IDatagramProtocol protocol, UdpHostOptions options, Action<Instant>? afterCycle = null)
        : this(protocol, options, afterCycle, made: null)
    {
    }

    // Who owns the host gets to know it before it is called by it.
    internal UdpHost(IDatagramProtocol protocol, UdpHostOptions options, Action<Instant>? afterCycle, Action<UdpHost>? made)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(protocol);
        _options = options;
        _listeners = options.Sockets;
        _afterCycle = afterCycle;
        _logger = options.Logger;
        _paths = new UdpPaths(_listeners.Length);
        _channels = new UdpChannel[_listeners.Length];
        OpenChannels();
        _local = new IPEndPoint[_channels.Length];
        _self = new SocketAddress[_channels.Length];
        for (int i = 0; i < _channels.Length; i++)
        {
            _local[i] = _channels[i].LocalEndPoint;
            _self[i] = UdpBinding.SelfAddress(_local[i], _channels[i].ReachesV4);
        }

        Security = Secure(protocol);
        Security?.Tell(this);
        _protocol = Security ?? protocol;
        _metrics = NetSwitches.HasMetrics ? NetMetrics.Add(Counters, protocol.Engine, Security, LocalEndPoint) : null;
        _clock = options.MakeClock(_gate, options.Time, OnDue);
        made?.Invoke(this);
        _clock.Wake();
        _running = _channels.Length;
        _threads = new Thread[_channels.Length];
        for (int i = 0; i < _threads.Length; i++)
        {
            UdpChannel channel = _channels[i];
            _threads[i] = new(() => Run(channel)) { IsBackground = true, Name = Phrase.Of($"Ipso UDP {channel.LocalEndPoint}") };
            _threads[i].Start();
            UdpLog.Started(_logger, channel.LocalEndPoint);
        }
    }

    /// <summary>The address and port that the first socket is bound to.</summary>
    public IPEndPoint LocalEndPoint => _local[0];

    /// <summary>The addresses and ports of all sockets, in the order of the listeners.</summary>
    public IReadOnlyList<IPEndPoint> LocalEndPoints => _local;

    /// <summary>Ends when the host has stopped; faulted if protocol or callback have thrown, or a socket has broken.</summary>
    public Task Completion => _end.Completion;

    /// <summary>Whether the host has not stopped; why it has, where it was not told to, says <see cref="Fault"/>.</summary>
    public bool IsRunning => !_end.HasCome;

    /// <summary>What protocol or callback have thrown or has broken a socket; <see langword="null"/> as long as nothing did.</summary>
    public Exception? Fault => _end.Fault;

    /// <summary>What has been counted.</summary>
    public UdpCounters Counters { get; } = new();

    /// <summary>
    /// The sessions, where a listener has security; null where none has. To be used inside <see cref="Invoke{TState}"/> only, and by a
    /// handler.
    /// </summary>
    public SecuredProtocol? Security { get; }

    /// <summary>The lock, for another host that is to have the same.</summary>
    internal Lock Gate => _gate;

    /// <summary>What goes with that lock.</summary>
    internal HostCycle CycleUnderGate => _cycle;

    bool ICoapHost.IsStopping => _stopping;

    /// <summary>Told of each session that ends, under the lock.</summary>
    internal Action<SessionEnd>? SessionEnded { get; set; }

    /// <summary>The moment.</summary>
    public Instant Now => _clock.Now;

    /// <summary>
    /// The peer at an endpoint, as this host reaches it: by the first socket that can, from the address that the system chooses.
    /// </summary>
    /// <param name="endPoint">Address and port, IPv4 or IPv6.</param>
    /// <remarks>Where no way leads there yet, the address of ours is left open; once there is one, ask anew.</remarks>
    /// <returns>The peer. Where the socket has security, the address to connect to (<see cref="SecuredProtocol.TryConnect"/>).</returns>
    /// <exception cref="ArgumentException">No socket reaches addresses of this family.</exception>
    public PeerId GetPeer(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        bool isV6 = IsV6(endPoint);
        return GetPeer(endPoint, Array.Find(_channels, channel => isV6 ? channel.ReachesV6 : channel.ReachesV4));
    }

    /// <summary>The peer at an endpoint, as the socket of one listener reaches it.</summary>
    /// <param name="endPoint">Address and port, IPv4 or IPv6.</param>
    /// <param name="listener">The listener's place among <see cref="UdpHostOptions.Listeners"/>.</param>
    /// <returns>The peer, as of <see cref="GetPeer(IPEndPoint)"/>.</returns>
    /// <exception cref="ArgumentException">The socket reaches no addresses of this family.</exception>
    public PeerId GetPeer(IPEndPoint endPoint, int listener)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        UdpChannel channel = _channels[listener];
        return GetPeer(endPoint, (IsV6(endPoint) ? channel.ReachesV6 : channel.ReachesV4) ? channel : null);
    }

    private static bool IsV6(IPEndPoint endPoint) =>
        endPoint.AddressFamily == AddressFamily.InterNetworkV6 && !endPoint.Address.IsIPv4MappedToIPv6;

    private PeerId GetPeer(IPEndPoint endPoint, UdpChannel? channel) =>
        channel is null
            ? throw new ArgumentException(Phrase.Of($"No socket of this host reaches {endPoint}."), nameof(endPoint))
            : UdpAddress.ToPeer(endPoint, FindPath(channel, endPoint));

    /// <summary>Who a peer is, as its security has proved; for handlers, and inside <see cref="Invoke{TState}"/>.</summary>
    /// <param name="peer">A peer that a request came from.</param>
    /// <returns>Null without security.</returns>
    public PeerIdentity? FindIdentity(in PeerId peer) => Security?.FindIdentity(peer);

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
            TResult result;
            using (_cycle.Begin())
            {
                result = function(state, now);
            }

            SendAfterCall(now);
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
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            Instant now = Now;
            using (_cycle.Begin())
            {
                action(state, now);
            }

            SendAfterCall(now);
        }
    }

    /// <summary>
    /// Goes through a cycle soon, on a thread of the pool: <c>OnDeadline</c>, then sending. For any thread; several wakes at once become
    /// one.
    /// </summary>
    public void Wake()
    {
        if (!_stopping)
        {
            _clock.Wake();
        }
    }

    /// <summary>
    /// Stops: sends what waits, closes security sessions with a word to their peers, ends the threads and closes the sockets. What takes
    /// longer, such as deregistering, is the owner's to do before.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting; the host stops all the same.</param>
    /// <returns>Ends when the threads have. Does not fail: <see cref="Completion"/> says what went wrong.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task StopAsync(CancellationToken cancellationToken = default) => EndAsync().WaitAsync(cancellationToken);

    /// <summary>Stops, as <see cref="StopAsync"/> does.</summary>
    /// <returns>Ends when the threads have.</returns>
    public ValueTask DisposeAsync() => new(EndAsync());

    /// <summary>Stops, as <see cref="StopAsync"/> does, and returns when the threads have ended.</summary>
    /// <exception cref="InvalidOperationException">Called by the protocol or a callback, which the threads wait for themselves:
    /// <see cref="StopAsync"/> does not wait.</exception>
    public void Stop()
    {
        CheckMayWait();
        BeginStop();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose() => Stop();

    /// <exception cref="InvalidOperationException">The thread is one that a stop waits for, or that has it wait.</exception>
    internal void CheckMayWait()
    {
        if (_gate.IsHeldByCurrentThread)
        {
            throw new InvalidOperationException("Stop waits for who calls it here. Call StopAsync, and do not await it.");
        }
    }

    // No async method: in a native program the first one brings 8 KB of the platform's code.
    internal Task EndAsync()
    {
        BeginStop();
        return _end.End;
    }
}
