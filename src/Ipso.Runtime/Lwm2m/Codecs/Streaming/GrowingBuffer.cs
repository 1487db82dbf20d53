using System.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>Bytes in one piece that grows, out of the shared pool; whoever appends minds the bound.</summary>
internal sealed class GrowingBuffer : IDisposable
{
    private const int FirstLength = 512;

    private byte[] _bytes = [];

    internal int Length { get; private set; }

    /// <summary>The most space that has been held.</summary>
    internal int Capacity { get; private set; }

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    internal void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length - Length)
        {
            byte[] longer = ArrayPool<byte>.Shared.Rent(Math.Max(FirstLength, Math.Max(Length + bytes.Length, _bytes.Length * 2)));
            Written.CopyTo(longer);
            Return();
            _bytes = longer;
            Capacity = longer.Length;
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    internal void Clear() => Length = 0;

    public void Dispose()
    {
        Return();
        _bytes = [];
        Length = 0;
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
