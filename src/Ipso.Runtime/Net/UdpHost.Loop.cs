using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Net;

// The threads and what they do.
public sealed partial class UdpHost : IUdpFailures, ISessionOwner
{
    // A protocol may react to a failure by sending, which may fail in turn: so often in a cycle.
    private const int MaxRounds = 4;

    void IUdpFailures.Failed(in PeerId peer, PeerFailure failure)
    {
        switch (failure)
        {
            case PeerFailure.Refused:
                Counters.Refused++;
                break;
            case PeerFailure.Unreachable:
                Counters.Unreachable++;
                break;
            case PeerFailure.MessageTooLong:
                Counters.TooLong++;
                break;
            default:
                Counters.NotSent++;
                break;
        }

        UdpLog.PeerFailed(_logger, peer, failure);
        _protocol.PeerFailed(peer, failure, Now);
        _hasFailed = true;
    }

    void IUdpFailures.LacksSegmentation(IPEndPoint local, string reason) => UdpLog.LacksSegmentation(_logger, local, reason);

    void ISessionOwner.OnSessionEnded(SessionEnd end)
    {
        UdpLog.SessionEnded(_logger, end);
        SessionEnded?.Invoke(end);
    }

    private void OpenChannels()
    {
        int opened = 0;
        try
        {
            for (; opened < _channels.Length; opened++)
            {
                UdpListener listener = _listeners[opened];
                Socket socket = UdpBinding.Bind(listener, ReceiveTimeout, _options.ReceiveBuffer);

                bool isSegmented = OperatingSystem.IsLinux() && _options.Batch > 1 && _options.Segmentation;
                _channels[opened] = OperatingSystem.IsLinux()
                    ? new LinuxChannel(
                        socket, (byte)opened, _paths, Counters, this, _options.Batch, listener.KeepsAskedAddress, isSegmented)
                    : new SocketChannel(socket, (byte)opened, _paths, Counters, this);
                if (_options.Segmentation && !isSegmented)
                {
                    UdpLog.LacksSegmentation(
                        _logger,
                        _channels[opened].LocalEndPoint,
                        OperatingSystem.IsLinux() ? "it takes a batch of more than 1" : "it takes Linux");
                }
            }
        }
        catch
        {
            CloseChannels(opened);
            throw;
        }
    }

    private void CloseChannels(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _channels[i].Dispose();
        }
    }

    private SecuredProtocol? Secure(IDatagramProtocol protocol)
    {
        try
        {
            SecuredProtocol? secured = null;
            foreach (UdpListener listener in _listeners)
            {
                secured ??= listener.Security.Secure(protocol, SecurityOf, _options.Security);
            }

            return secured;
        }
        catch
        {
            CloseChannels(_channels.Length);
            throw;
        }
    }

    private DatagramSecurity SecurityOf(in PeerId address) =>
        _listeners[_paths[UdpAddress.GetPath(address)].Channel].Security;

    // Answers will come to the address that requests leave from: it is part of the peer, so it has to be known beforehand.
    private byte FindPath(UdpChannel channel, IPEndPoint to)
    {
        if (!channel.KnowsLocalAddresses || UdpBinding.FindSource(to) is not { } source)
        {
            return channel.Index;
        }

        lock (_gate)
        {
            return _paths.Intern(channel.PathOf(source));
        }
    }

    private void Run(UdpChannel channel)
    {
        try
        {
            while (!_stopping)
            {
                channel.Receive();
                if (!_stopping)
                {
                    // Otherwise what has ended the wait is perhaps no datagram.
                    Cycle(channel);
                }
            }
        }
#pragma warning disable CA1031 // The thread has nobody to throw to: who awaits Completion gets to know.
        catch (Exception e)
        {
            Fail(channel, e);
        }
#pragma warning restore CA1031

        UdpLog.Stopped(_logger, channel.LocalEndPoint);
        if (Interlocked.Decrement(ref _running) == 0)
        {
            Close();
        }
    }

    private void Fail(UdpChannel channel, Exception exception)
    {
        UdpLog.Failed(_logger, channel.LocalEndPoint, exception);
        _end.Blame(exception);
        BeginStop();
    }

    // Under the lock, so that a call that was let in before the stop can end its sending.
    private void Close()
    {
        lock (_gate)
        {
            try
            {
                if (_end.Fault is null)
                {
                    Instant now = Now;
                    LookAfter(now);
                    Security?.CloseAll(now);
                    Drain(now);
                }
            }
#pragma warning disable CA1031 // The owner's callback again.
            catch (Exception e)
            {
                _end.Blame(e);
            }
#pragma warning restore CA1031

            Security?.Dispose();
            _clock.Dispose();
            _metrics?.Remove();
            CloseChannels(_channels.Length);
        }

        _end.Come();
    }

    private void BeginStop()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        for (int i = 0; i < _channels.Length; i++)
        {
            _channels[i].EndWait(_self[i], _options.WakesByDatagram);
        }
    }

    // A deadline, or a wake.
    private void OnDue()
    {
        try
        {
            lock (_gate)
            {
                if (!_stopping)
                {
                    Instant now = Now;
                    LookAfter(now);
                    Drain(now);
                    _clock.Arm(_protocol.NextDeadline, now);
                }
            }
        }
#pragma warning disable CA1031 // Nobody to throw to: who awaits Completion gets to know.
        catch (Exception e)
        {
            Fail(_channels[0], e);
        }
#pragma warning restore CA1031
    }

    private void LookAfter(Instant now)
    {
        using (_cycle.Begin())
        {
            _protocol.OnDeadline(now);
        }
    }

    private void Cycle(UdpChannel channel)
    {
        lock (_gate)
        {
            Instant now = Now;
            using (_cycle.Begin())
            {
                channel.TakeErrors();
                int count = 0;
                while (channel.TryTake(out ReadOnlySpan<byte> datagram, out PeerId from, out bool isMulticast))
                {
                    if (count++ > 0)
                    {
                        // Answers of a whole batch would be more than a protocol keeps.
                        Transmit(now);
                    }

                    Take(datagram, from, isMulticast, now);
                }

                Counters.Received += count;
                Counters.ReceiveCalls += count > 0 ? 1 : 0;
                _protocol.OnDeadline(now);
            }

            Drain(now);
            _clock.Arm(_protocol.NextDeadline, now);
        }
    }

    private void Take(ReadOnlySpan<byte> datagram, in PeerId from, bool isMulticast, Instant now)
    {
        Counters.BytesReceived += datagram.Length;

        // An empty datagram ends a wait, where there is no other way. It is no CoAP, and no harm when somebody else sends one.
        if (datagram.IsEmpty)
        {
            return;
        }

        if (isMulticast)
        {
            _protocol.ReceiveMulticast(datagram, from, now);
        }
        else
        {
            _protocol.Receive(datagram, from, now);
        }
    }

    // A call from inside a handler or a callback is left to the cycle that is under way.
    private void SendAfterCall(Instant now)
    {
        if (!_cycle.IsUnderWay)
        {
            Drain(now);
            _clock.Arm(_protocol.NextDeadline, now);
        }
    }

    // Sends what there is, and lets the owner take the events, which may bring up more to send.
    private void Drain(Instant now)
    {
        using (_cycle.Begin())
        {
            Transmit(now);
            if (_afterCycle is { } afterCycle)
            {
                afterCycle(now);
                Transmit(now);
            }

            Flush();
            for (int round = 1; _hasFailed && round < MaxRounds; round++)
            {
                _hasFailed = false;
                _afterCycle?.Invoke(now);
                Transmit(now);
                Flush();
            }

            _hasFailed = false;
        }
    }

    private void Flush()
    {
        foreach (UdpChannel channel in _channels)
        {
            channel.Flush();
        }
    }

    private void Transmit(Instant now)
    {
        UdpChannel channel = _channels[0];
        while (_protocol.TryTransmit(channel.Buffer, now, out Transmit transmit))
        {
            int by = _channels.Length == 1 ? 0 : _paths[UdpAddress.GetPath(transmit.To)].Channel;
            if (by != 0)
            {
                channel.Buffer[..transmit.Length].CopyTo(_channels[by].Buffer);
            }

            _channels[by].Send(transmit.To, transmit.Length);
        }
    }
}
