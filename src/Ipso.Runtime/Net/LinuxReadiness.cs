using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ipso.Net;

/// <summary>
/// One thread that waits for all connections of a host (epoll(7)), and reads them. The platform's own way goes through the thread pool,
/// whose threads look for more to do for a while whenever they have nothing: with short messages that costs more than the messages.
/// </summary>
internal sealed unsafe partial class LinuxReadiness
{
    private const int MaxEvents = 64;
    private const int CloseOnExec = 0x80000;
    private const int AddSocket = 1;
    private const uint In = 0x1;
    private const uint Error = 0x8;
    private const uint HangUp = 0x10;
    private const uint PeerHangUp = 0x2000;
    private const uint EdgeTriggered = 1u << 31;
    private const ulong StopId = ulong.MaxValue;

    // struct epoll_event in words: the events, elsewhere than on x86 one of no meaning, and two that the system gives back as they are.
    private static readonly int s_idWord = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 1 : 2;
    private static readonly int s_eventWords = s_idWord + 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, LinuxReader> _readers = [];
    private readonly int _epoll;
    private readonly int _stop;
    private bool _isStopped;

    private LinuxReadiness(int epoll, int stop) => (_epoll, _stop) = (epoll, stop);

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Null where the system has none, or no descriptor is free.</returns>
    public static LinuxReadiness? TryStart(string name)
    {
        if (!OperatingSystem.IsLinux() || EpollCreate(CloseOnExec) is var epoll && epoll < 0)
        {
            return null;
        }

        int stop = EventFd(0, CloseOnExec);
        if (stop < 0 || !Register(epoll, stop, StopId, In))
        {
            _ = Close(epoll);
            _ = stop < 0 ? 0 : Close(stop);
            return null;
        }

        LinuxReadiness readiness = new(epoll, stop);
        new Thread(readiness.Run) { IsBackground = true, Name = name }.Start();
        return readiness;
    }

    /// <summary>Watches a connection until its socket is closed.</summary>
    /// <param name="socket">It does not block.</param>
    /// <param name="id">Names it.</param>
    /// <returns>Null if the system refuses.</returns>
    public LinuxReader? TryAdd(Socket socket, ulong id)
    {
        LinuxReader reader = new(socket);
        lock (_gate)
        {
            if (_isStopped)
            {
                return null;
            }

            _readers.Add(id, reader);
            if (Register(_epoll, (int)socket.Handle, id, In | PeerHangUp | EdgeTriggered))
            {
                return reader;
            }

            _readers.Remove(id);
            return null;
        }
    }

    /// <summary>The socket was closed: who waits for it gets to know, in another thread.</summary>
    /// <param name="id">Its name.</param>
    public void Remove(ulong id)
    {
        lock (_gate)
        {
            if (_readers.Remove(id, out LinuxReader? reader))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static reader => reader.OnReady(hasEnded: true), reader, preferLocal: false);
            }
        }
    }

    /// <summary>Ends the thread. For any thread, this one included.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (!_isStopped)
            {
                _isStopped = true;
                ulong one = 1;
                _ = Write(_stop, &one, sizeof(ulong));
            }
        }
    }

    private void Run()
    {
        uint* events = stackalloc uint[MaxEvents * s_eventWords];
        while (true)
        {
            int count = EpollWait(_epoll, events, MaxEvents, -1);
            for (int i = 0; i < count; i++)
            {
                uint* what = events + (i * s_eventWords);
                ulong id = what[s_idWord] | ((ulong)what[s_idWord + 1] << 32);
                if (id == StopId)
                {
                    _ = Close(_epoll);
                    _ = Close(_stop);
                    return;
                }

                LinuxReader? reader;
                lock (_gate)
                {
                    reader = _readers.GetValueOrDefault(id);
                }

                reader?.OnReady((what[0] & (PeerHangUp | HangUp | Error)) != 0);
            }
        }
    }

    private static bool Register(int epoll, int descriptor, ulong id, uint events)
    {
        uint* what = stackalloc uint[s_eventWords];
        what[0] = events;
        what[s_idWord] = (uint)id;
        what[s_idWord + 1] = (uint)(id >> 32);
        return EpollControl(epoll, AddSocket, descriptor, what) == 0;
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    private static partial int EpollControl(int epoll, int operation, int descriptor, uint* what);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static partial int EpollWait(int epoll, uint* events, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, void* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
