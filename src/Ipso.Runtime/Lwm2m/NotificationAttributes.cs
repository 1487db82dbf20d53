using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m;

/// <summary>
/// The attributes that say when an observer is notified (LwM2M TS Core, 5.1.2), as they are assigned at one level of the object tree, or
/// in the query of an Observe. What is not assigned is <see langword="null"/>.
/// </summary>
public readonly record struct NotificationAttributes
{
    /// <summary>How many there are.</summary>
    internal const int Count = Words.Length;

    // A word for each, zero where it is not assigned, and a bit for each that is: ten nullable values would take twice as much, and whatever
    // goes over all of them ten times the code. The places are those of the bits in Codecs.NotificationAttributeNames.
    private readonly Words _words;
    private readonly uint _assigned;

    private NotificationAttributes(in Words words, uint assigned)
    {
        _words = words;
        _assigned = assigned;
    }

    /// <summary><c>pmin</c>: the least number of seconds between two notifications.</summary>
    public long? MinimumPeriod { get => Whole(0); init => Assign(ref _words, ref _assigned, 0, value); }

    /// <summary><c>pmax</c>: the greatest number of seconds between two notifications; 0 is none.</summary>
    public long? MaximumPeriod { get => Whole(1); init => Assign(ref _words, ref _assigned, 1, value); }

    /// <summary><c>gt</c>: a threshold to be crossed.</summary>
    public double? GreaterThan { get => Decimal(2); init => Assign(ref _words, ref _assigned, 2, value); }

    /// <summary><c>lt</c>: a threshold to be crossed.</summary>
    public double? LessThan { get => Decimal(3); init => Assign(ref _words, ref _assigned, 3, value); }

    /// <summary><c>st</c>: the least change that is worth a notification; greater than 0.</summary>
    public double? Step { get => Decimal(4); init => Assign(ref _words, ref _assigned, 4, value); }

    /// <summary><c>epmin</c>: the least number of seconds between two evaluations (LwM2M 1.1).</summary>
    public long? MinimumEvaluationPeriod { get => Whole(5); init => Assign(ref _words, ref _assigned, 5, value); }

    /// <summary><c>epmax</c>: the greatest number of seconds between two evaluations (LwM2M 1.1).</summary>
    public long? MaximumEvaluationPeriod { get => Whole(6); init => Assign(ref _words, ref _assigned, 6, value); }

    /// <summary><c>edge</c>: the change of a Boolean that is worth a notification, to true (1) or to false (0) (LwM2M 1.2).</summary>
    public bool? Edge { get => Flag(7); init => Assign(ref _words, ref _assigned, 7, value); }

    /// <summary><c>con</c>: whether notifications are confirmable (LwM2M 1.2).</summary>
    public bool? Confirmable { get => Flag(8); init => Assign(ref _words, ref _assigned, 8, value); }

    /// <summary><c>hqmax</c>: how many values are kept while the server is away (LwM2M 1.2).</summary>
    public long? MaximumHistoricalQueue { get => Whole(9); init => Assign(ref _words, ref _assigned, 9, value); }

    /// <summary>
    /// Whether the set makes sense by itself: <c>lt</c> + 2 * <c>st</c> below <c>gt</c>, and <c>epmin</c> below <c>epmax</c>. A <c>pmax</c>
    /// below <c>pmin</c> is ignored, not wrong.
    /// </summary>
    public bool IsConsistent => HasConsistentThresholds && HasConsistentPeriods;

    /// <summary>Whether <c>lt</c> + 2 * <c>st</c> is below <c>gt</c>.</summary>
    internal bool HasConsistentThresholds => !(LessThan + 2 * (Step ?? 0) >= GreaterThan);

    /// <summary>Whether <c>epmin</c> is below <c>epmax</c>.</summary>
    internal bool HasConsistentPeriods => !(MinimumEvaluationPeriod >= MaximumEvaluationPeriod);

    /// <summary>These attributes, and where one is missing that of a level above.</summary>
    /// <param name="above">The attributes of the level above.</param>
    public NotificationAttributes InheritFrom(in NotificationAttributes above) => With(~_assigned, above);

    /// <inheritdoc/>
    public bool Equals(NotificationAttributes other) => AreSame(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        ulong hash = _assigned;
        foreach (ulong word in _words)
        {
            hash = (hash * 31) + (word ^ (word >> 32));
        }

        return (int)hash;
    }

    /// <summary>These attributes, with those of some names as others have them, be it not at all.</summary>
    /// <param name="names">Bits of <c>NotificationAttributeNames</c>.</param>
    /// <param name="others">Where those are from.</param>
    internal NotificationAttributes With(uint names, in NotificationAttributes others)
    {
        Words words = _words;
        for (int i = 0; i < Words.Length; i++)
        {
            words[i] = (names >> i & 1) != 0 ? others._words[i] : words[i];
        }

        return new(words, (_assigned & ~names) | (others._assigned & names));
    }

    /// <summary>These attributes, with one as its word says (<see cref="TryGetWord"/>).</summary>
    /// <param name="name">Its bit of <c>NotificationAttributeNames</c>.</param>
    /// <param name="word">Its value.</param>
    internal NotificationAttributes With(uint name, ulong word)
    {
        Words words = _words;
        words[BitOperations.TrailingZeroCount(name)] = word;
        return new(words, _assigned | name);
    }

    /// <summary>The value of the attribute at a place: the bits of a decimal number, or 0 and 1 for false and true.</summary>
    internal bool TryGetWord(int place, out ulong word)
    {
        word = _words[place];
        return Has(place);
    }

    /// <summary>Whether nothing is assigned.</summary>
    internal bool IsEmpty => _assigned == 0;

    /// <summary>Whether these are the same as others, which are not copied for it.</summary>
    internal bool AreSame(in NotificationAttributes others) =>
        _assigned == others._assigned && ((ReadOnlySpan<ulong>)_words).SequenceEqual(others._words);

    // Two zeros are equal: there is but one.
    internal static ulong WordOf(double value) => BitConverter.DoubleToUInt64Bits(value + 0.0);

    private bool Has(int place) => (_assigned >> place & 1) != 0;

    private long? Whole(int place) => Has(place) ? (long)_words[place] : null;

    private double? Decimal(int place) => Has(place) ? BitConverter.UInt64BitsToDouble(_words[place]) : null;

    private bool? Flag(int place) => Has(place) ? _words[place] != 0 : null;

    private static void Assign(ref Words words, ref uint assigned, int place, long? value) =>
        Assign(ref words, ref assigned, place, value is not null, (ulong)value.GetValueOrDefault());

    private static void Assign(ref Words words, ref uint assigned, int place, double? value) =>
        Assign(ref words, ref assigned, place, value is not null, WordOf(value.GetValueOrDefault()));

    private static void Assign(ref Words words, ref uint assigned, int place, bool? value) =>
        Assign(ref words, ref assigned, place, value is not null, value == true ? 1UL : 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Assign(ref Words words, ref uint assigned, int place, bool isAssigned, ulong word)
    {
        words[place] = word;
        assigned = isAssigned ? assigned | 1u << place : assigned & ~(1u << place);
    }

    [InlineArray(Length)]
    private struct Words
    {
        internal const int Length = 10;
        private ulong _first;
    }
}
