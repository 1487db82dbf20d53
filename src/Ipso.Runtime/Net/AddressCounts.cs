using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ipso.Net;

/// <summary>
/// How many connections there are of each address, up to a bound. Of an IPv6 address the first 64 bits count, since the others are the
/// peer's own to choose (RFC 4291, 2.5.4).
/// </summary>
internal sealed class AddressCounts(int bound)
{
    private readonly Dictionary<UInt128, int> _counts = [];

    /// <summary>One more; false if there are as many as there may be.</summary>
    public bool TryAdd(IPAddress address)
    {
        UInt128 key = KeyOf(address);
        int count = _counts.GetValueOrDefault(key);
        if (count >= bound)
        {
            return false;
        }

        _counts[key] = count + 1;
        return true;
    }

    /// <summary>Whether there may be one more.</summary>
    public bool HasRoom(IPAddress address) => _counts.GetValueOrDefault(KeyOf(address)) < bound;

    /// <summary>One less.</summary>
    public void Remove(IPAddress address)
    {
        UInt128 key = KeyOf(address);
        if (_counts.TryGetValue(key, out int count) && count > 1)
        {
            _counts[key] = count - 1;
        }
        else
        {
            _counts.Remove(key);
        }
    }

    // The highest bit tells a prefix of IPv6 from an address of IPv4.
    private static UInt128 KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return (UInt128.One << 127) | BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }

        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
