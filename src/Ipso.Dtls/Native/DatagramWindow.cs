using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ipso.Dtls.Native;

/// <summary>
/// What OpenSSL reads from and writes to, in native memory: one datagram in, and datagrams out, whole. What is written during a call with a
/// buffer for it goes there; the rest, handshakes and alerts, waits here in a queue.
/// </summary>
internal unsafe struct DatagramWindow
{
    // A flight with long certificates has some ten thousand bytes. What is beyond is as if lost on the way.
    private const int MaxQueue = 1 << 16;
    private const int FirstQueue = 2048;
    private const int Prefix = sizeof(ushort);

    private byte* _in;
    private int _inLength;
    private byte* _out;
    private int _outCapacity;
    private int _outLength;
    private byte* _queue;
    private int _capacity;
    private int _head;
    private int _tail;

    /// <summary>How long the first retransmission waits, in microseconds.</summary>
    public uint FirstTimeout;

    public readonly bool HasQueued => _head < _tail;

    /// <summary>Makes an empty one.</summary>
    public static DatagramWindow* New(uint firstTimeout)
    {
        var window = (DatagramWindow*)NativeMemory.AllocZeroed((nuint)sizeof(DatagramWindow));
        window->FirstTimeout = firstTimeout;
        return window;
    }

    public static void Free(DatagramWindow* window)
    {
        NativeMemory.Free(window->_queue);
        NativeMemory.Free(window);
    }

    /// <summary>Shows a datagram, which is valid until <see cref="Hide"/>.</summary>
    public void Show(byte* datagram, int length)
    {
        _in = datagram;
        _inLength = length;
    }

    public void Hide() => _in = null;

    /// <summary>Says where the next datagram goes, until <see cref="Close"/>.</summary>
    public void Open(byte* datagram, int capacity)
    {
        _out = datagram;
        _outCapacity = capacity;
        _outLength = 0;
    }

    /// <returns>The length of what was written there; 0 for nothing.</returns>
    public int Close()
    {
        _out = null;
        return _outLength;
    }

    /// <returns>The length; -1 if there is no datagram, or it was read already.</returns>
    public int Read(byte* buffer, int length)
    {
        if (_in == null)
        {
            return -1;
        }

        int count = Math.Min(length, _inLength);
        Unsafe.CopyBlockUnaligned(buffer, _in, (uint)count);
        _in = null;
        return count;
    }

    public int Write(byte* datagram, int length)
    {
        if (_out != null && _outLength == 0 && length <= _outCapacity)
        {
            Unsafe.CopyBlockUnaligned(_out, datagram, (uint)length);
            _outLength = length;
        }
        else if (length <= ushort.MaxValue && HasRoom(Prefix + length))
        {
            Unsafe.WriteUnaligned(_queue + _tail, (ushort)length);
            Unsafe.CopyBlockUnaligned(_queue + _tail + Prefix, datagram, (uint)length);
            _tail += Prefix + length;
        }

        return length;
    }

    /// <summary>Takes the next datagram of the queue; one that does not fit is lost.</summary>
    public bool TryTake(Span<byte> datagram, out int length)
    {
        length = 0;
        while (HasQueued && length == 0)
        {
            int next = Unsafe.ReadUnaligned<ushort>(_queue + _head);
            ReadOnlySpan<byte> bytes = new(_queue + _head + Prefix, next);
            length = bytes.TryCopyTo(datagram) ? next : 0;
            _head += Prefix + next;
        }

        if (!HasQueued && _queue != null)
        {
            NativeMemory.Free(_queue);
            _queue = null;
            _capacity = _head = _tail = 0;
        }

        return length > 0;
    }

    private bool HasRoom(int more)
    {
        if (_tail + more <= _capacity)
        {
            return true;
        }

        int capacity = Math.Max(FirstQueue, _capacity);
        while (capacity < _tail + more)
        {
            capacity *= 2;
        }

        if (capacity > MaxQueue)
        {
            return false;
        }

        _queue = (byte*)NativeMemory.Realloc(_queue, (nuint)capacity);
        _capacity = capacity;
        return true;
    }
}
