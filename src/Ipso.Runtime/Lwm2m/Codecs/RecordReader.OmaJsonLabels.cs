using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// The labels of OMA JSON (LwM2M TS 1.0, 6.4.4).
internal ref partial struct RecordReader
{
    private const int MaxOmaJsonLabel = 2;

    private enum OmaJsonField : byte
    {
        /// <summary>An unknown one, which is skipped.</summary>
        None,
        BaseName,
        BaseTime,
        Entries,
        Name,
        Number,
        Text,
        Boolean,
        ObjectLink,
        Time,
    }

    private OmaJsonField ReadOmaJsonLabel()
    {
        ReadOnlySpan<byte> label = _json.ReadString(out bool hasEscapes);
        _json.Expect((byte)':');
        return hasEscapes ? OmaJsonFieldOfEscaped(label) : OmaJsonFieldOf(label);
    }

    // Nobody escapes a label, and yet "\u006e" is "n".
    private readonly OmaJsonField OmaJsonFieldOfEscaped(ReadOnlySpan<byte> escaped)
    {
        Span<byte> label = stackalloc byte[MaxOmaJsonLabel * JsonText.MaxEscapeLength];
        return escaped.Length <= label.Length && JsonText.TryUnescape(escaped, label, out int length)
            ? OmaJsonFieldOf(label[..length])
            : OmaJsonField.None;
    }

    private static OmaJsonField OmaJsonFieldOf(scoped ReadOnlySpan<byte> label) => label.Length switch
    {
        1 => label[0] switch
        {
            (byte)'n' => OmaJsonField.Name,
            (byte)'v' => OmaJsonField.Number,
            (byte)'t' => OmaJsonField.Time,
            (byte)'e' => OmaJsonField.Entries,
            _ => OmaJsonField.None,
        },
        2 => (label[0], label[1]) switch
        {
            ((byte)'s', (byte)'v') => OmaJsonField.Text,
            ((byte)'b', (byte)'v') => OmaJsonField.Boolean,
            ((byte)'o', (byte)'v') => OmaJsonField.ObjectLink,
            ((byte)'b', (byte)'n') => OmaJsonField.BaseName,
            ((byte)'b', (byte)'t') => OmaJsonField.BaseTime,
            _ => OmaJsonField.None,
        },
        _ => OmaJsonField.None,
    };
}
