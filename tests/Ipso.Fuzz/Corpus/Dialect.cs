namespace Ipso.Fuzz.Corpus;

/// <summary>What bytes look like: which vectors make good beginnings for a decoder, and which lies it may fall for.</summary>
internal enum Dialect
{
    Text,
    Json,
    Cbor,
    Tlv,
    Coap,
}
