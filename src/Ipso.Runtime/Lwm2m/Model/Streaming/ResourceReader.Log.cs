using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// A payload that came in blocks: its records were read already, and come off a log.
public ref partial struct ResourceReader
{
    private const int LogSlots = 32;

    /// <summary>Checks the records of a log, and applies them to an object where nothing is wrong.</summary>
    /// <param name="target">The object.</param>
    /// <param name="path">The path that the payload is for, the Object Instance or something below it.</param>
    /// <param name="format">The payload's format.</param>
    /// <param name="log">The records.</param>
    /// <param name="mode">What the payload means.</param>
    /// <param name="scratch">Room for the longest value as it stands in the payload.</param>
    /// <param name="error">What is wrong.</param>
    [SkipLocalsInit]
    internal static bool TryApply(
        ObjectInstance target, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> log, ReadMode mode, Span<byte> scratch,
        out PayloadError error)
    {
        int setsLength = 2 * SetLength(target.Definition);
        Span<ulong> sets = setsLength <= 8 ? stackalloc ulong[setsLength] : new ulong[setsLength];
        sets.Clear();
        ResourceReader reader = new(target, path, format, [], mode, sets, scratch, stackalloc RecordSlot[LogSlots])
        {
            _records = RecordReader.OfLog(log, path),
        };
        return reader.Run(out error);
    }

    /// <summary>Judges an Opaque whose bytes have gone to a sink, and gives none to assign.</summary>
    private bool JudgeStreamed(int index, out ReadOnlySpan<byte> value)
    {
        value = default;
        // The instances of its resource do not come back as they are in the object.
        _run.IsKnown &= index != _run.Index;
        long length = _records.StreamedLength;
        if (RangeOf(index) is LengthRange range && !range.Contains((int)Math.Min(length, int.MaxValue)))
        {
            OutOfRange(index, (ulong)length);
        }

        return false;
    }
}
