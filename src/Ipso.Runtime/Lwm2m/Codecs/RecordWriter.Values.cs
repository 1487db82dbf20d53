namespace Ipso.Lwm2m.Codecs;

// Values that come one by one, each with its kind, and not out of an object.
internal ref partial struct RecordWriter
{
    /// <summary>Writes a value inside of an Object Instance that was begun, or of a multiple resource.</summary>
    /// <param name="key">The Resource's key, or that of <see cref="KeyOf"/>.</param>
    /// <param name="value">The value; its own key and Resource Instance mean nothing here.</param>
    internal void Value(ulong key, scoped in CapturedRecord value)
    {
        switch (value.Kind)
        {
            case CapturedKind.Integer: Integer(key, (long)value.Bits); break;
            case CapturedKind.Unsigned: Unsigned(key, value.Bits); break;
            case CapturedKind.Float: Float(key, BitConverter.UInt64BitsToDouble(value.Bits)); break;
            case CapturedKind.Boolean: Boolean(key, value.Bits != 0); break;
            case CapturedKind.String: String(key, value.Text); break;
            case CapturedKind.Opaque: Opaque(key, value.Bytes.Span); break;
            default: ObjectLink(key, value.Link); break;
        }
    }
}
