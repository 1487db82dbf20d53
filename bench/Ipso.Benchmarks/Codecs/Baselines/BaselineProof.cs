namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>Proves, before anything is timed, that a library's side writes our bytes and reads our values.</summary>
internal static class BaselineProof
{
    /// <returns>A plain object into which the payload was decoded.</returns>
    /// <exception cref="Harness.WrongResultException">The library's bytes or values are not ours.</exception>
    internal static PlainObject Check(IBaseline baseline, Subject subject, byte[] payload)
    {
        byte[] buffer = new byte[1024];
        subject.Require(Writes(subject.Plain), $"{baseline.Writer}: the library's bytes are not ours");
        PlainObject decoded = subject.NewPlain();
        subject.Require(baseline.Decode(payload, decoded), $"{baseline.Reader}: the library refuses our payload");
        subject.Require(Writes(decoded), $"{baseline.Reader}: the library reads other values");
        return decoded;

        bool Writes(PlainObject plain) => buffer.AsSpan(0, baseline.Encode(plain, buffer)).SequenceEqual(payload);
    }
}
