namespace Ipso.Lwm2m.Codecs;

/// <summary>What the value of a record was in its payload, and with that where it is: in the bits of the record or its bytes.</summary>
internal enum ValueKind : byte
{
    None,

    // The kinds of text that stand there as they are come first, and those that have an integer in the bits side by side: each is asked for
    // as one range.

    /// <summary>UTF-8, not checked yet.</summary>
    Text,

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
    TlvNumber,

    /// <summary>A signed integer in the bits.</summary>
    Integer,

    /// <summary>An unsigned integer above the signed ones in the bits.</summary>
    Unsigned,

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

    /// <summary>A value whose bytes went elsewhere as they came; how many there were stands in the bits.</summary>
    Streamed,
}
