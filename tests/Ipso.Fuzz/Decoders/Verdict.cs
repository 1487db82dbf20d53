namespace Ipso.Fuzz.Decoders;

/// <summary>What a decoder made of an input.</summary>
internal readonly record struct Verdict
{
    /// <summary>Whether the input was taken.</summary>
    internal bool IsAccepted { get; init; }

    /// <summary>Where in the input the decoder was when it ended.</summary>
    internal int Position { get; init; }

    /// <summary>What decoding allocated, in bytes; what proving it right took does not count.</summary>
    internal long Allocated { get; init; }

    /// <summary>A digest of all that the decoder found: the same for the same bytes, wherever they lie.</summary>
    internal ulong Digest { get; init; }

    /// <summary>What is wrong with the result; <see langword="null"/> where it is right.</summary>
    internal string? Violation { get; init; }
}
