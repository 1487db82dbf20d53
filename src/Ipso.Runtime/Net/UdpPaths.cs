namespace Ipso.Net;

/// <summary>
/// One of our sockets, and perhaps one of our addresses and an interface: what a datagram came by and its answer leaves by.
/// </summary>
/// <param name="channel">The socket's number.</param>
/// <param name="hasAddress">Whether there is an address of ours.</param>
/// <param name="high">The first eight bytes of the address, as a number; 0 for IPv4.</param>
/// <param name="low">The last eight; for IPv4 all four.</param>
/// <param name="index">The interface; 0 for any.</param>
internal readonly struct UdpPath(byte channel, bool hasAddress, ulong high, ulong low, int index) 
{
    // Two words and not one of 128 bits: a native program would have all ways to format such a number in it, since a struct can be boxed.
    public byte Channel { get; } = channel;

    public bool HasAddress { get; } = hasAddress;

    public ulong High { get; } = high;

    public ulong Low { get; } = low;

    public int Interface { get; } = index;

    public bool IsSame(in UdpPath other) =>
        Channel == other.Channel && HasAddress == other.HasAddress && High == other.High && Low == other.Low
        && Interface == other.Interface;
}

/// <summary>
/// The paths that have been used, each with the number that peers carry. Bounded, since a number is a byte: what comes by one more path is
/// answered from the address that the system chooses.
/// </summary>
internal sealed class UdpPaths
{
    private const int Capacity = 256;

    private readonly UdpPath[] _paths = new UdpPath[Capacity];
    private int _count;
    private byte _last;

    /// <summary>Takes the first numbers for the sockets themselves, without an address.</summary>
    public UdpPaths(int channels)
    {
        for (; _count < channels; _count++)
        {
            _paths[_count] = new UdpPath((byte)_count, hasAddress: false, high: 0, low: 0, index: 0);
        }
    }

    public int Count => _count;

    public ref readonly UdpPath this[int path] => ref _paths[path];

    /// <summary>The number of a path.</summary>
    public byte Intern(in UdpPath path)
    {
        if (_paths[_last].IsSame(path))
        {
            return _last;
        }

        int found = 0;
        while (found < _count && !_paths[found].IsSame(path))
        {
            found++;
        }

        if (found == _count)
        {
            if (_count == Capacity)
            {
                return path.Channel;
            }

            _paths[_count++] = path;
        }

        return _last = (byte)found;
    }
}
