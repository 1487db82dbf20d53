using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Threads that set values while another one reads them: what is read was set, whole.</summary>
public class ThreadTests
{
    private const int Rounds = 4000;
    private const int Writers = 3;

    // Both halves of each say which value it is.
    private static readonly long[] s_words = [0x1111_1111_1111_1111, 0x2222_2222_2222_2222, 0x3333_3333_3333_3333];
    private static readonly string[] s_texts = ["a", new('b', 40), new('c', 300)];
    private static readonly byte[][] s_data = [.. s_texts.Select(static text => text.Select(static c => (byte)c).ToArray())];
    private static readonly DateTimeOffset[] s_moments = [.. new[] { 1, 1_000_000_000L, 4_000_000_000L }.Select(DateTimeOffset.FromUnixTimeSeconds)];

    [Theory]
    [InlineData(ContentFormat.SenMLCbor)]
    [InlineData(ContentFormat.Tlv)]
    public void What_is_encoded_while_others_set_it_is_one_of_the_values_that_were_set(ContentFormat format)
    {
        AllTypes shared = new() { Whole = s_words[0], Real = BitConverter.Int64BitsToDouble(s_words[0]), Text = s_texts[0], Data = s_data[0] };
        shared.Moment = s_moments[0];
        bool isOver = false;
        Thread[] writers = [.. Enumerable.Range(0, Writers).Select(i => new Thread(() => Write(shared, i, ref isOver)))];
        foreach (Thread writer in writers)
        {
            writer.Start();
        }

        byte[] buffer = new byte[4096];
        HashSet<long> seen = [];
        try
        {
            // Where the machine has other things to do, the others come to their turn later.
            for (int round = 0; round < Rounds || (seen.Count < 2 && round < 1000 * Rounds); round++)
            {
                Assert.Equal(RepresentationResult.Written, Representation.Write(shared, format, buffer, out int length));
                AllTypes read = new();
                Assert.True(
                    Representation.TryRead(
                        read, new Lwm2mPath(26241, 0), format, buffer.AsSpan(0, length), ReadMode.Mirror, out PayloadError error),
                    error.ToString());
                Assert.Contains(read.Whole!.Value, s_words);
                Assert.Contains(BitConverter.DoubleToInt64Bits(read.Real!.Value), s_words);
                // It comes and goes.
                Assert.True(read.Text is null || s_texts.Contains(read.Text), read.Text);
                Assert.Contains(s_data, data => data.AsSpan().SequenceEqual(read.Data!.Value.Span));
                Assert.Contains(read.Moment!.Value, s_moments);
                // The instances of a multiple resource are replaced together.
                Assert.Single(read.ManyWhole.Distinct().DefaultIfEmpty());
                seen.Add(read.Whole.Value);
            }
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            Array.ForEach(writers, static writer => writer.Join());
        }

        // The threads did run beside each other.
        Assert.True(seen.Count > 1, "nobody has set anything meanwhile");
    }

    private static void Write(AllTypes shared, int first, ref bool isOver)
    {
        for (int i = first; !Volatile.Read(ref isOver); i++)
        {
            int which = i % s_words.Length;
            shared.Whole = s_words[which];
            shared.Real = BitConverter.Int64BitsToDouble(s_words[which]);
            shared.Text = s_texts[which];
            shared.Data = s_data[which];
            shared.Moment = s_moments[which];
            shared.ManyWhole = [s_words[which], s_words[which], s_words[which]];
            if (i % 7 == first)
            {
                shared.Text = null;
                shared.Text = s_texts[which];
            }
        }
    }
}
