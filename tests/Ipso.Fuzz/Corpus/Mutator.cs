using Ipso.Fuzz.Decoders;

namespace Ipso.Fuzz.Corpus;

/// <summary>Makes the input of a case: an example, changed a few times in ways that decoders are known to fall for.</summary>
internal sealed class Mutator(Decoder decoder)
{
    private const int MaxSpan = 64;
    private const int MaxNesting = 4000;

    private static readonly Dialect[] s_dialects = Enum.GetValues<Dialect>();

    private readonly Examples _examples = new(decoder);
    private readonly Mutant _mutant = new();

    /// <summary>The input of a case, valid until the next, and the variant that goes with it.</summary>
    internal ReadOnlySpan<byte> Make(CaseId id, out ulong variant)
    {
        SplitMix random = SplitMix.For(decoder.Name, id);
        variant = random.Next();
        if (random.OneIn(32))
        {
            MakeNoise(ref random);
            return _mutant.Bytes;
        }

        Example example = _examples.Pick(ref random);
        _mutant.Set(example.Bytes);
        if (example.Scenario >= 0 && !random.OneIn(8))
        {
            variant = Decoder.WithScenario(variant, example.Scenario);
        }

        // Most changes end in a refusal near by: one or two lead deeper than many.
        int changes = random.Pick([0, 1, 1, 1, 1, 2, 2, 3, 5]);
        for (int i = 0; i < changes; i++)
        {
            Change(ref random);
        }

        return _mutant.Bytes;
    }

    private void MakeNoise(ref SplitMix random)
    {
        Span<byte> noise = stackalloc byte[random.Next(64)];
        foreach (ref byte b in noise)
        {
            b = (byte)random.Next();
        }

        _mutant.Set(noise);
    }

    private void Change(ref SplitMix random)
    {
        if (_mutant.Length == 0)
        {
            Lie(ref random);
            return;
        }

        int at = random.Next(_mutant.Length);
        int span = 1 + random.Next(Math.Min(MaxSpan, _mutant.Length - at));
        switch (random.Next(16))
        {
            case 0:
                _mutant.Bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                _mutant.Bytes[at] = (byte)random.Next();
                break;
            case 2:
                _mutant.Bytes[at] = random.Pick<byte>([0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF]);
                break;
            case 3:
                _mutant.Bytes[at] += (byte)(random.OneIn(2) ? 1 : 0xFF);
                break;
            case 4:
                _mutant.Insert(at, [(byte)random.Next()]);
                break;
            case 5:
                _mutant.Remove(at, random.OneIn(2) ? 1 : span);
                break;
            case 6:
                _mutant.Truncate(at);
                break;
            case 7:
                // Records and fields come twice.
                _mutant.Insert(at + span, _mutant.Bytes.Slice(at, span));
                break;
            case 8:
                _mutant.Overwrite(random.Next(_mutant.Length), [.. _mutant.Bytes.Slice(at, span)]);
                break;
            case 9:
                _mutant.Insert(random.Next(_mutant.Length), _mutant.Bytes.Slice(at, span));
                break;
            case 10:
                Splice(ref random, at);
                break;
            case 11:
                Nest(ref random, at);
                break;
            case 12 or 13:
                ChangeNumber(ref random, at);
                break;
            default:
                Lie(ref random);
                break;
        }
    }

    private void Lie(ref SplitMix random)
    {
        Dialect dialect = random.OneIn(4) ? random.Pick<Dialect>(s_dialects) : decoder.Dialect;
        byte[] lie = random.Pick(Lies.Of(dialect));
        int at = random.Next(_mutant.Length + 1);
        if (random.OneIn(2))
        {
            _mutant.Overwrite(at, lie);
        }
        else
        {
            _mutant.Insert(at, lie);
        }
    }

    // The head of this and the tail of another, or a piece of the other within this.
    private void Splice(ref SplitMix random, int at)
    {
        byte[] other = _examples.Pick(ref random).Bytes;
        int from = random.Next(other.Length);
        if (random.OneIn(2))
        {
            _mutant.Truncate(at);
            _mutant.Insert(at, other.AsSpan(from));
        }
        else
        {
            _mutant.Insert(at, other.AsSpan(from, random.Next(Math.Min(MaxSpan, other.Length - from) + 1)));
        }
    }

    private void Nest(ref SplitMix random, int at)
    {
        byte[] opener = random.Pick(Lies.Openers);
        int times = random.OneIn(8) ? MaxNesting : 1 + random.Next(20);
        var openers = new byte[opener.Length * times];
        for (int i = 0; i < times; i++)
        {
            opener.CopyTo(openers, i * opener.Length);
        }

        _mutant.Insert(at, openers);
    }

    // The digits at or behind a place become another number: ids, lengths in text and values alike.
    private void ChangeNumber(ref SplitMix random, int at)
    {
        int start = _mutant.Bytes[at..].IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
        {
            _mutant.Bytes[at] = (byte)('0' + random.Next(10));
            return;
        }

        start += at;
        int length = _mutant.Bytes[start..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        _mutant.Remove(start, length < 0 ? _mutant.Length - start : length);
        _mutant.Insert(start, random.Pick(Lies.Numbers));
    }
}
