namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>How to write and read a payload by hand with one of .NET's libraries.</summary>
internal interface IBaseline
{
    /// <summary>How the names begin of those that are as fast as they get by hand.</summary>
    internal const string Lax = "lax-";

    /// <summary>What is written with, as figures name it.</summary>
    string Writer { get; }

    /// <summary>What is read with, as figures name it.</summary>
    string Reader { get; }

    /// <returns>The length of the payload.</returns>
    int Encode(PlainObject plain, Span<byte> destination);

    /// <returns>Whether the payload was taken.</returns>
    bool Decode(byte[] payload, PlainObject target);
}
