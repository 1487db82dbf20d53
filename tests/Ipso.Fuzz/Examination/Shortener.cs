namespace Ipso.Fuzz.Examination;

/// <summary>Makes a failing input short: pieces are taken out, large ones first, and bytes become zero, while it still fails.</summary>
internal static class Shortener
{
    // What goes together, as a record with its brackets, is of any length: on short inputs each is tried at each place.
    private const int MaxFinePiece = 128;
    private const int MaxFineInput = 1024;

    /// <summary>Shortens an input.</summary>
    /// <param name="input">An input that fails.</param>
    /// <param name="fails">Whether another one fails in the same way.</param>
    /// <param name="attempts">How often that may be asked.</param>
    internal static byte[] Shorten(byte[] input, Predicate<byte[]> fails, int attempts)
    {
        byte[] shortest = input;
        int left = attempts;
        int length;
        do
        {
            length = shortest.Length;
            for (int piece = Math.Max(1, shortest.Length / 2); piece > 0; piece /= 2)
            {
                shortest = TakeOut(shortest, piece, step: piece, fails, ref left);
            }

            for (int piece = MaxFinePiece; piece > 1 && shortest.Length <= MaxFineInput; piece--)
            {
                shortest = TakeOut(shortest, piece, step: 1, fails, ref left);
            }
        }
        while (shortest.Length < length && left > 0);
        return Clear(shortest, fails, ref left);
    }

    private static byte[] TakeOut(byte[] input, int piece, int step, Predicate<byte[]> fails, ref int left)
    {
        for (int at = 0; at + piece <= input.Length && left > 0;)
        {
            byte[] candidate = [.. input.AsSpan(0, at), .. input.AsSpan(at + piece)];
            left--;
            if (fails(candidate))
            {
                input = candidate;
            }
            else
            {
                at += step;
            }
        }

        return input;
    }

    private static byte[] Clear(byte[] input, Predicate<byte[]> fails, ref int left)
    {
        for (int at = 0; at < input.Length && left > 0; at++)
        {
            if (input[at] == 0)
            {
                continue;
            }

            byte[] candidate = [.. input];
            candidate[at] = 0;
            left--;
            if (fails(candidate))
            {
                input = candidate;
            }
        }

        return input;
    }
}
