using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Testing.Fleets;

/// <summary>
/// Drives the devices of a <see cref="SimulatedFleet"/> over UDP, each behind a socket of its own. Threads of the pool do what the sockets
/// bring, and one timer what is due, for all of them: a device costs a socket and a buffer, no thread.
/// </summary>
public sealed class SimulatedFleetHost : IAsyncDisposable
{
    // A timer takes 49 days at most. What is further off is looked at again on the way.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);

    private readonly Member[] _members;
    private readonly SimulatedDevice[] _devices;
    private readonly Task[] _receiving;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly double _ticksPerCount;
    private readonly DateTimeOffset _epoch;
    private readonly TaskCompletionSource _allRegistered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PeerId _server;
    private readonly SocketAddress _serverAddress;
    private readonly int _longestDatagram;
    private int _registered;
    private bool _isDisposed;

    // Under this lock: when each device wants to be called. A device's own lock is taken before it, never after.
    private readonly Lock _timing = new();
    private readonly DeadlineHeap _deadlines;
    private readonly ITimer _timer;
    private Instant? _armedFor;

    internal SimulatedFleetHost(SimulatedFleet fleet, IPEndPoint server, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(server);
        _time = time;
        _ticksPerCount = (double)TimeSpan.TicksPerSecond / time.TimestampFrequency;
        _epoch = time.GetUtcNow() - new TimeSpan(Now.Ticks);
        _server = UdpAddress.ToPeer(server);
        _serverAddress = server.Serialize();
        _deadlines = new DeadlineHeap(fleet.Count);
        _longestDatagram = fleet.Device.Coap.MaxMessageSize;
        _members = new Member[fleet.Count];
        _devices = new SimulatedDevice[fleet.Count];
        try
        {
            for (int i = 0; i < _members.Length; i++)
            {
                _devices[i] = fleet.MakeDevice(i, new SystemRandomSource(), _server, ToUtc, Now);
                _members[i] = new Member(_devices[i], Bind(server), _longestDatagram);
            }
        }
        catch (SocketException)
        {
            CloseSockets();
            throw;
        }

        foreach (Member member in _members)
        {
            member.Device.RegistrationChanged = OnRegistrationChanged;
            member.Device.Endpoint.WakeRequested = () => Wake(member);
            member.Device.Endpoint.IsSameHost = static (one, other) => UdpAddress.HostOf(one) is { } host && host == UdpAddress.HostOf(other);
        }

        _timer = time.CreateTimer(
            static host => ((SimulatedFleetHost)host!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _receiving = Array.ConvertAll(_members, ReceiveAsync);
        foreach (Member member in _members)
        {
            Wake(member);
        }
    }

    /// <summary>The devices, in the order of the fleet.</summary>
    public IReadOnlyList<SimulatedDevice> Devices => _devices;

    /// <summary>How many of them are registered.</summary>
    public int RegisteredCount => Volatile.Read(ref _registered);

    /// <summary>Ends as soon as all of them are registered at once, for the first time.</summary>
    public Task AllRegistered => _allRegistered.Task;

    private Instant Now => new((long)(_time.GetTimestamp() * _ticksPerCount));

    /// <summary>The address and port of a device.</summary>
    /// <param name="index">Its place in the fleet, from 0.</param>
    public IPEndPoint EndPointOf(int index) => (IPEndPoint)_members[index].Socket.LocalEndPoint!;

    /// <summary>Has each device that is registered de-register, and waits until the server has answered.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Ends when no device is registered any more, or has given up (<c>DeviceOptions.StopTimeout</c>).</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task DeregisterAsync(CancellationToken cancellationToken = default)
    {
        foreach (Member member in _members)
        {
            lock (member.Gate)
            {
                member.Device.Endpoint.StopRegistering(Now);
                Drain(member);
            }
        }

        foreach (Member member in _members)
        {
            await member.Stopped.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the devices away, as when the power fails: no server is told. See <see cref="DeregisterAsync"/>.</summary>
    /// <returns>Ends when the sockets are closed and nothing is under way any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        CloseSockets();
        _stop.Dispose();
    }

    private static Socket Bind(IPEndPoint server)
    {
        Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Near what it talks to: devices of this machine are not to be reached from elsewhere.
            bool isV6 = server.AddressFamily == AddressFamily.InterNetworkV6;
            IPAddress local = IPAddress.IsLoopback(server.Address) ? server.Address : isV6 ? IPAddress.IPv6Any : IPAddress.Any;
            socket.Bind(new IPEndPoint(local, 0));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private DateTimeOffset ToUtc(Instant moment) => _epoch + new TimeSpan(moment.Ticks);

    private async Task ReceiveAsync(Member member)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                int length = await member.Socket.ReceiveFromAsync(member.Buffer, SocketFlags.None, member.From, _stop.Token).ConfigureAwait(false);
                lock (member.Gate)
                {
                    PeerId from = member.From.Equals(_serverAddress) ? _server : ToPeer(member.From);
                    member.Device.Receive(member.Buffer.AsSpan(0, length), from, Now);
                    Drain(member);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // Too long a datagram, or an ICMP message about one that was sent: as if nothing had come.
            }
        }
    }

    private static PeerId ToPeer(SocketAddress address)
    {
        IPAddress any = address.Family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        return UdpAddress.ToPeer((IPEndPoint)new IPEndPoint(any, 0).Create(address));
    }

    // Under the device's lock.
    private void Drain(Member member)
    {
        Instant now = Now;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(_longestDatagram);
        Transmit(member, buffer, now);
        ArrayPool<byte>.Shared.Return(buffer);
        if (member.Device.Endpoint.HasStopped)
        {
            member.Stopped.TrySetResult();
        }

        lock (_timing)
        {
            // Woken since: it is called again, lest its news wait for a deadline.
            Schedule(member, member.IsWoken ? now : member.Device.NextDeadline, now);
        }
    }

    private void Transmit(Member member, byte[] buffer, Instant now)
    {
        while (member.Device.TryTransmit(buffer, now, out Transmit transmit))
        {
            SocketAddress to = transmit.To == _server ? _serverAddress : UdpAddress.ToEndPoint(transmit.To).Serialize();
            try
            {
                member.Socket.SendTo(buffer.AsSpan(0, transmit.Length), SocketFlags.None, to);
            }
            catch (SocketException)
            {
                member.Device.PeerFailed(transmit.To, PeerFailure.NotSent, now);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    // For any thread: a value has been set.
    private void Wake(Member member)
    {
        lock (_timing)
        {
            member.IsWoken = true;
            Instant now = Now;
            Schedule(member, now, now);
        }
    }

    private void Schedule(Member member, Instant? due, Instant now)
    {
        _deadlines.Set(member.Device.Index, due);
        Arm(now);
    }

    private void Arm(Instant now)
    {
        if (_deadlines.Next is { } next && !(next >= _armedFor))
        {
            Instant latest = now + s_longestWait;
            Instant armedFor = next < latest ? next : latest;

            // The timer counts in milliseconds and cuts off.
            TimeSpan wait = armedFor > now ? armedFor - now + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
            _armedFor = armedFor;
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        while (TryTakeDue() is { } member)
        {
            lock (member.Gate)
            {
                member.Device.OnDeadline(Now);
                Drain(member);
            }
        }
    }

    private Member? TryTakeDue()
    {
        lock (_timing)
        {
            Instant now = Now;
            if (!_stop.IsCancellationRequested && _deadlines.TryTake(now, out int index))
            {
                _members[index].IsWoken = false;
                return _members[index];
            }

            _armedFor = null;
            Arm(now);
            return null;
        }
    }

    private void OnRegistrationChanged(SimulatedDevice device)
    {
        int registered = device.IsRegistered ? Interlocked.Increment(ref _registered) : Interlocked.Decrement(ref _registered);
        if (registered == _devices.Length)
        {
            _allRegistered.TrySetResult();
        }
    }

    private void CloseSockets()
    {
        foreach (Member? member in _members)
        {
            member?.Socket.Dispose();
        }
    }

    private sealed class Member(SimulatedDevice device, Socket socket, int longestDatagram)
    {
        internal Lock Gate { get; } = new();

        internal SimulatedDevice Device { get; } = device;

        internal Socket Socket { get; } = socket;

        internal SocketAddress From { get; } = new(socket.AddressFamily);

        internal byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(longestDatagram);

        internal TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal bool IsWoken { get; set; }
    }
}
