using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Ipso.Fuzz.Examination;

/// <summary>
/// Memory between two pages that nobody may touch: an input at its end or at its start, so that a single byte read too far ends the
/// process. Linux alone.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ProtectionNone = 0;
    private const int ProtectionReadWrite = 1 | 2;
    private const int MapPrivateAnonymous = 0x02 | 0x20;

    private readonly nint _address;
    private readonly int _page = Environment.SystemPageSize;
    private readonly int _length;
    private bool _isUnmapped;

    internal GuardedMemory(int maxLength)
    {
        _length = (maxLength + _page - 1) / _page * _page;
        _address = Map(0, WholeLength, ProtectionNone, MapPrivateAnonymous, -1, 0);
        if (_address == -1 || Protect(_address + _page, (nuint)_length, ProtectionReadWrite) != 0)
        {
            throw new InvalidOperationException($"No memory to guard: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    private nuint WholeLength => (nuint)(_length + 2 * _page);

    /// <summary>Puts an input right before the page behind, or right behind the page before.</summary>
    internal ReadOnlySpan<byte> Place(ReadOnlySpan<byte> input, bool atEnd)
    {
        Span<byte> place = Take(input.Length, atEnd);
        input.CopyTo(place);
        return place;
    }

    /// <summary>As much of it as is asked for, right before the page behind, or right behind the page before.</summary>
    internal Span<byte> Take(int length, bool atEnd)
    {
        ObjectDisposedException.ThrowIf(_isUnmapped, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length);
        return new((byte*)(_address + _page + (atEnd ? _length - length : 0)), length);
    }

    public void Dispose()
    {
        if (!_isUnmapped)
        {
            _isUnmapped = true;
            _ = Unmap(_address, WholeLength);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
