using Ipso.Buffers;


namespace Ipso.Lwm2m;

/// <summary>
/// A path in the object tree: <c>/</c>, <c>/{Object}</c>, <c>/{Object}/{Object Instance}</c>, <c>.../{Resource}</c> or
/// <c>.../{Resource Instance}</c> (LwM2M TS Core, 7.4). Four 16-bit ids in one word; 65535, reserved at every level, marks the levels left out.
/// </summary>
/// <param name="Packed">The ids from the Object in the highest 16 bits to the Resource Instance in the lowest.</param>
public readonly record struct Lwm2mPath(ulong Packed)
{
    /// <summary>The id that is reserved at every level.</summary>
    public const ushort MaxId = ushort.MaxValue;

    /// <summary>The longest text form, <c>/65534/65534/65534/65534</c>, in bytes.</summary>
    public const int MaxTextLength = 24;

    /// <summary>A path of the given ids; <see cref="MaxId"/> leaves a level and all below it out.</summary>
    /// <param name="objectId">The Object.</param>
    /// <param name="instanceId">The Object Instance.</param>
    /// <param name="resourceId">The Resource.</param>
    /// <param name="resourceInstanceId">The Resource Instance.</param>
    public Lwm2mPath(ushort objectId, ushort instanceId = MaxId, ushort resourceId = MaxId, ushort resourceInstanceId = MaxId)
        : this((ulong)objectId << 48 | (ulong)instanceId << 32 | (ulong)resourceId << 16 | resourceInstanceId)
    {
    }

    /// <summary>The root path <c>/</c>.</summary>
    public static Lwm2mPath Root { get; } = new(ulong.MaxValue);

    /// <summary>The Object's id, or <see cref="MaxId"/>.</summary>
    public ushort ObjectId => (ushort)(Packed >> 48);

    /// <summary>The Object Instance's id, or <see cref="MaxId"/>.</summary>
    public ushort InstanceId => (ushort)(Packed >> 32);

    /// <summary>The Resource's id, or <see cref="MaxId"/>.</summary>
    public ushort ResourceId => (ushort)(Packed >> 16);

    /// <summary>The Resource Instance's id, or <see cref="MaxId"/>.</summary>
    public ushort ResourceInstanceId => (ushort)Packed;

    /// <summary>How many levels the path names: 0 for the root to 4 for a Resource Instance.</summary>
    public int Depth => DepthOf(this);

    // By value, as other paths are taken: one that is asked itself would have to be in memory for that.
    private static int DepthOf(Lwm2mPath path) =>
        path.ObjectId == MaxId ? 0 : path.InstanceId == MaxId ? 1 : path.ResourceId == MaxId ? 2 : path.ResourceInstanceId == MaxId ? 3 : 4;

    /// <summary>Whether the other path is this one or lies below it.</summary>
    /// <param name="other">A path.</param>
    public bool Contains(Lwm2mPath other)
    {
        int ignored = 64 - Depth * 16;
        return ignored == 64 || Packed >> ignored == other.Packed >> ignored;
    }

    /// <summary>Whether an Object Instance is this one, or lies on this path, or this path within it.</summary>
    /// <param name="packed">The ids of the Object and the Object Instance, in their places.</param>
    internal bool HasInstance(ulong packed) => Packed >> 32 == packed >> 32
        || ObjectId == MaxId || InstanceId == MaxId && Packed >> 48 == packed >> 48;

    /// <summary>The path one level further down.</summary>
    /// <param name="id">The id at the new level.</param>
    /// <exception cref="InvalidOperationException">The path names a Resource Instance already.</exception>
    public Lwm2mPath Append(ushort id)
    {
        int depth = Depth;
        if (depth == 4)
        {
            throw new InvalidOperationException(Phrase.Of($"Nothing lies below the Resource Instance {this}."));
        }

        int shift = 48 - depth * 16;
        return new(Packed & ~((ulong)MaxId << shift) | (ulong)id << shift);
    }

    /// <summary>Reads the text form: decimal ids, each after a slash, no empty segment, nothing after the last id.</summary>
    /// <param name="text">The text, ASCII.</param>
    /// <param name="path">The path, or the root where the text is none.</param>
    /// <returns>Whether the text is a path of at most four ids of at most 65534.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out Lwm2mPath path)
    {
        path = Root;
        if (text is [(byte)'/'])
        {
            return true;
        }

        if (text.IsEmpty)
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            if (text[0] != '/' || path.Depth == 4)
            {
                return Fail(out path);
            }

            text = text[1..];
            int end = text.IndexOf((byte)'/');
            ReadOnlySpan<byte> segment = end < 0 ? text : text[..end];
            if (!TryParseId(segment, out ushort id))
            {
                return Fail(out path);
            }

            path = path.Append(id);
            text = text[segment.Length..];
        }

        return true;

        static bool Fail(out Lwm2mPath path)
        {
            path = Root;
            return false;
        }
    }

    /// <summary>Reads one segment of a path: a decimal id of at most 65534, without sign or leading zeros.</summary>
    /// <param name="segment">The segment, ASCII, without slashes.</param>
    /// <param name="id">The id.</param>
    /// <returns>Whether the segment is an id.</returns>
    public static bool TryParseId(ReadOnlySpan<byte> segment, out ushort id) =>
        TryParseDigits(segment, out id)
        && id != MaxId
        && (segment.Length == 1 || segment[0] != '0');

    /// <summary>Reads a decimal number of digits and nothing else: the platform's parser passes over null characters behind them.</summary>
    internal static bool TryParseDigits(ReadOnlySpan<byte> text, out ushort value)
    {
        value = 0;
        uint number = 0;
        foreach (byte b in text)
        {
            uint digit = (uint)b - '0';
            number = number * 10 + digit;
            if (digit > 9 || number > ushort.MaxValue)
            {
                return false;
            }
        }

        value = (ushort)number;
        return !text.IsEmpty;
    }

    /// <summary>Writes the text form; needs at most <see cref="MaxTextLength"/> bytes.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>Whether the destination was long enough.</returns>
    public bool TryFormat(Span<byte> destination, out int written)
    {
        int depth = Depth;
        written = 0;
        for (int level = 0; level < Math.Max(depth, 1); level++)
        {
            int digits = 0;
            ushort id = (ushort)(Packed >> 48 - level * 16);
            bool fits = written < destination.Length
                && (depth == 0 || DecimalDigits.TryWrite(id, destination[(written + 1)..], out digits));
            if (!fits)
            {
                written = 0;
                return false;
            }

            destination[written] = (byte)'/';
            written += 1 + digits;
        }

        return true;
    }

    /// <summary>The text form, for example <c>/3303/0/5700</c>.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        TryFormat(text, out int written);
        // UTF-8 is in every program, and ASCII is not.
        return System.Text.Encoding.UTF8.GetString(text[..written]);
    }
}
