using System.Text;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Objects with random content, the same for the same seed; the edges of each type come up often.</summary>
internal sealed class RandomObjects(int seed)
{
    private static readonly long[] s_integers =
        [0, 1, -1, 23, 24, 127, 128, -128, -129, 255, 256, 32767, 32768, -32769, 65535, 65536, int.MaxValue, (long)int.MaxValue + 1,
         int.MinValue, (long)int.MinValue - 1, uint.MaxValue, (1L << 53) + 1, long.MaxValue, long.MinValue];

    private static readonly double[] s_floats =
        [0, 1, -1, 0.5, 21.5, 0.1, -128.8, 65504, 65505, 1e-7, 1e15, 1e16, 1e300, -1e-300, 3.4028234663852886e38, double.Epsilon,
         double.MaxValue, double.MinValue, 5.960464477539063e-08, 9007199254740993];

    private static readonly string[] s_strings =
        ["", "a", "Cel", "twenty-three characters", "twenty-four characters!!", "\"\\/\b\f\n\r\t\0\u001f\u007f", "Zażółć gęślą",
         "\U0001F600", "漢字 with é and \U0001F680\"", new string('x', 255), new string('y', 256), new string('é', 200), "null", "{\"a\":1}"];

    private readonly Random _random = new(seed);

    internal AllTypes AllTypes()
    {
        AllTypes o = new();
        if (Chance())
        {
            o.Text = Text();
        }

        if (Chance())
        {
            o.Whole = Integer();
        }

        if (Chance())
        {
            o.Natural = Unsigned();
        }

        if (Chance())
        {
            o.Real = Float();
        }

        if (Chance())
        {
            o.Flag = Chance();
        }

        if (Chance())
        {
            o.Data = Data();
        }

        if (Chance())
        {
            o.Moment = Moment();
        }

        if (Chance())
        {
            o.Link = Link();
        }

        if (Chance())
        {
            o.Links = new CoreLink(Text());
        }

        if (Chance())
        {
            o.Far = Integer();
        }

        Fill(o.ManyText, Text);
        Fill(o.ManyWhole, Integer);
        Fill(o.ManyNatural, Unsigned);
        Fill(o.ManyReal, Float);
        Fill(o.ManyFlag, Chance);
        Fill(o.ManyData, () => Data());
        Fill(o.ManyMoment, Moment);
        Fill(o.ManyLink, Link);
        Fill(o.ManyLinks, () => new CoreLink(Text()));
        return o;
    }

    internal bool Chance() => _random.Next(2) == 0;

    internal int Next(int end) => _random.Next(end);

    internal long Integer() =>
        Chance() ? s_integers[_random.Next(s_integers.Length)] : _random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64);

    internal ulong Unsigned() =>
        Chance() ? (ulong)s_integers[_random.Next(s_integers.Length)] : (ulong)_random.NextInt64() >> _random.Next(64);

    internal double Float()
    {
        if (Chance())
        {
            return s_floats[_random.Next(s_floats.Length)];
        }

        double value = BitConverter.Int64BitsToDouble(_random.NextInt64());
        return double.IsFinite(value) ? value : _random.NextDouble();
    }

    internal string Text()
    {
        if (Chance())
        {
            return s_strings[_random.Next(s_strings.Length)];
        }

        StringBuilder text = new();
        for (int i = _random.Next(40); i > 0; i--)
        {
            text.Append(new Rune(Chance() ? _random.Next(0x80) : _random.Next(0xD800)).ToString());
        }

        return text.ToString();
    }

    internal byte[] Data()
    {
        var data = new byte[_random.Next(Chance() ? 5 : 300)];
        _random.NextBytes(data);
        return data;
    }

    // Whole seconds: what the wire carries.
    internal DateTimeOffset Moment() => DateTimeOffset.FromUnixTimeSeconds(
        Chance() ? _random.NextInt64(-62_135_596_800, 253_402_300_800) : _random.Next());

    internal ObjectLink Link() => Chance() ? ObjectLink.Null : new((ushort)_random.Next(65536), (ushort)_random.Next(65536));

    private void Fill<T>(ResourceInstances<T> instances, Func<T> value)
    {
        if (Chance())
        {
            return;
        }

        for (int i = _random.Next(4); i >= 0; i--)
        {
            instances[(ushort)(Chance() ? _random.Next(4) : _random.Next(65535))] = value();
        }
    }
}
