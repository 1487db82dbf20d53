namespace Ipso.Lwm2m.Codecs;

/// <summary>What the value of a record was in its payload, and with that where it is: in the bits of the record or its bytes.</summary>
internal enum ValueKind : byte
{
    None,

    // A bit each for what is asked of every record: one instruction, of which emitted code has many.

    /// <summary>In the kinds of value that are a text, or may be one, and whose bytes stand in the payload as they are.</summary>
    PlainTextFlag = 0x80,

    /// <summary>In the kinds of value that have an integer in the bits.</summary>
    IntegerFlag = 0x40,

    /// <summary>UTF-8, not checked yet.</summary>
    Text = PlainTextFlag | 1,

    /// <summary>UTF-8 in CBOR, not checked yet, of a text, a link or a time: nothing else tells them apart.</summary>
    CborText,

    /// <summary>UTF-8 in OMA JSON, not checked yet: a text, or bytes in Base64.</summary>
    OmaJsonText,

    /// <summary>The text of a value in plain text, whatever its type.</summary>
    PlainText,

    /// <summary>The bytes of a TLV value, whatever its type, that is no number.</summary>
    Tlv,

    /// <summary>
    /// The bytes of a TLV value of 1, 2, 4 or 8 bytes, whatever its type; in the bits what it is as a signed integer.
    /// </summary>
    TlvNumber = PlainTextFlag | IntegerFlag,

    /// <summary>A signed integer in the bits.</summary>
    Integer = IntegerFlag | 1,

    /// <summary>An unsigned integer above the signed ones in the bits.</summary>
    Unsigned = 1,

    /// <summary>A double in the bits.</summary>
    Float,
    Boolean,

    /// <summary>UTF-8 with JSON escapes, which are checked.</summary>
    EscapedText,

    /// <summary>UTF-8 in several chunks of CBOR, heads included, not checked yet.</summary>
    TextChunks,

    /// <summary>The text of an object link.</summary>
    LinkText,

    /// <summary>The same in several chunks of CBOR, heads included.</summary>
    LinkTextChunks,

    /// <summary>Bytes as they are.</summary>
    Bytes,
    Base64Url,

    /// <summary>A multiple resource that has no instances.</summary>
    NoInstances,

    /// <summary>A value that is said not to be there.</summary>
    Null,

    /// <summary>A text, a link or a time in several chunks of CBOR, heads included, not checked yet.</summary>
    CborTextChunks,

    /// <summary>Bytes in several chunks, heads included.</summary>
    CborByteChunks,

    /// <summary>A text in OMA JSON, or bytes in Base64, with JSON escapes, which are checked.</summary>
    EscapedOmaJsonText,

    /// <summary>Null in SenML-ETCH: what the path names is to be removed.</summary>
    Removal,

    /// <summary>The value as a word of its resource's type in the bits, once that was judged.</summary>
    Word,

    /// <summary>A value whose bytes went elsewhere as they came; how many there were stands in the bits.</summary>
    Streamed,
}
