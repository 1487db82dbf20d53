using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>What a value was when it was looked at: enough to say whether it is another one, and by how much.</summary>
internal readonly record struct ReportedValue
{
    private readonly CapturedKind _kind;
    private readonly bool _isThere;
    private readonly ulong _bits;

    private ReportedValue(in CapturedRecord record)
    {
        _isThere = true;
        _kind = record.Kind;
        _bits = _kind switch
        {
            CapturedKind.String => Digest(record.Text),
            CapturedKind.Opaque => Digest(record.Bytes.Span),
            _ => record.Bits,
        };
    }

    /// <summary>Whether there is one value: a resource or resource instance that is there, and not several of them.</summary>
    internal bool IsThere => _isThere;

    /// <summary>The value as a number; null where it is none.</summary>
    internal double? Number => !_isThere ? null : _kind switch
    {
        CapturedKind.Integer => (long)_bits,
        CapturedKind.Unsigned => _bits,
        CapturedKind.Float => BitConverter.UInt64BitsToDouble(_bits),
        _ => null,
    };

    /// <summary>The value as a Boolean; null where it is none.</summary>
    internal bool? Boolean => _isThere && _kind == CapturedKind.Boolean ? _bits != 0 : null;

    /// <summary>Looks at a value.</summary>
    /// <param name="instance">The Object Instance; null where there is none.</param>
    /// <param name="path">The path of a resource or resource instance.</param>
    /// <param name="scratch">Where records are kept meanwhile, two at least.</param>
    internal static ReportedValue Of(ObjectInstance? instance, Lwm2mPath path, CapturedRecords scratch)
    {
        if (instance is null)
        {
            return default;
        }

        scratch.Begin(isCounting: false);
        ResourceWriter.Capture(instance, path, scratch);
        ReadOnlySpan<CapturedRecord> records = scratch.Records;

        // A resource instance comes behind the beginning of its resource.
        return records.Length == path.Depth - 2 && records[^1].Kind != CapturedKind.Multiple ? new(records[^1]) : default;
    }

    // FNV-1a, 64 bits.
    private static ulong Digest(ReadOnlySpan<char> text)
    {
        ulong digest = 0xcbf2_9ce4_8422_2325;
        foreach (char c in text)
        {
            digest = (digest ^ c) * 0x0000_0100_0000_01b3;
        }

        return digest;
    }

    private static ulong Digest(ReadOnlySpan<byte> bytes)
    {
        ulong digest = 0xcbf2_9ce4_8422_2325;
        foreach (byte b in bytes)
        {
            digest = (digest ^ b) * 0x0000_0100_0000_01b3;
        }

        return digest;
    }
}
