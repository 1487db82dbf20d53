namespace Ipso.Benchmarks.Codecs;

/// <summary>Proves, before anything is timed, that a library's side writes our bytes and reads our values.</summary>
internal static class Baseline
{
    /// <returns>A plain object into which the payload was decoded.</returns>
    internal static PlainObject CheckCbor(CborBaseline codec, Subject subject, byte[] payload)
    {
        byte[] buffer = new byte[1024];
        subject.Require(Wrote(subject.Plain.EncodeWith(codec, buffer)), "CBOR: the library's bytes are not ours");
        PlainObject decoded = subject.NewPlain();
        subject.Require(codec.Decode(payload, decoded), "CBOR: the library refuses our payload");
        subject.Require(Wrote(decoded.EncodeWith(codec, buffer)), "CBOR: the library reads other values");
        return decoded;

        bool Wrote(int length) => buffer.AsSpan(0, length).SequenceEqual(payload);
    }

    /// <inheritdoc cref="CheckCbor"/>
    internal static PlainObject CheckLwM2MCbor(LwM2MCborBaseline codec, Subject subject, byte[] payload)
    {
        byte[] buffer = new byte[1024];
        subject.Require(Wrote(subject.Plain.EncodeWith(codec, buffer)), "LwM2M CBOR: the library's bytes are not ours");
        PlainObject decoded = subject.NewPlain();
        subject.Require(codec.Decode(payload, decoded), "LwM2M CBOR: the library refuses our payload");
        subject.Require(Wrote(decoded.EncodeWith(codec, buffer)), "LwM2M CBOR: the library reads other values");
        return decoded;

        bool Wrote(int length) => buffer.AsSpan(0, length).SequenceEqual(payload);
    }

    /// <inheritdoc cref="CheckCbor"/>
    internal static PlainObject CheckJson(JsonBaseline codec, Subject subject, byte[] payload)
    {
        byte[] buffer = new byte[1024];
        subject.Require(Wrote(subject.Plain.EncodeWith(codec, buffer)), "JSON: the library's bytes are not ours");
        PlainObject decoded = subject.NewPlain();
        subject.Require(JsonBaseline.Decode(payload, decoded), "JSON: the library refuses our payload");
        subject.Require(Wrote(decoded.EncodeWith(codec, buffer)), "JSON: the library reads other values");
        return decoded;

        bool Wrote(int length) => buffer.AsSpan(0, length).SequenceEqual(payload);
    }
}
