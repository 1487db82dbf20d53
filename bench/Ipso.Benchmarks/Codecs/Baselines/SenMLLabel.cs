namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>The labels of SenML CBOR that the payloads use (RFC 8428, 6).</summary>
internal static class SenMLLabel
{
    internal const int BaseName = -2;
    internal const int Name = 0;
    internal const int Value = 2;
    internal const int StringValue = 3;
}
