namespace Ipso.Net;

/// <summary>
/// One of our sockets, and perhaps one of our addresses and an interface: what a datagram came by and its answer leaves by.
/// </summary>
internal readonly record struct UdpPath(byte Channel, bool HasAddress, UInt128 Address, int Interface);

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
            _paths[_count] = new UdpPath((byte)_count, HasAddress: false, Address: 0, Interface: 0);
        }
    }

    public int Count => _count;

    public ref readonly UdpPath this[int path] => ref _paths[path];

    /// <summary>The number of a path.</summary>
    public byte Intern(in UdpPath path)
    {
        if (_paths[_last] == path)
        {
            return _last;
        }

        int found = _paths.AsSpan(0, _count).IndexOf(path);
        if (found < 0)
        {
            if (_count == Capacity)
            {
                return path.Channel;
            }

            found = _count++;
            _paths[found] = path;
        }

        return _last = (byte)found;
    }
}
