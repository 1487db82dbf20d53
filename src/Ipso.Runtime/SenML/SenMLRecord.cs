using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Ipso.Buffers;

namespace Ipso.SenML;

/// <summary>
/// A record of a pack, resolved: its base fields are worked in (RFC 8428, 4.6). It is a view on the reader's name buffer and the pack's
/// bytes, and valid until the reader goes on.
/// </summary>
public readonly ref struct SenMLRecord
{
    /// <summary>From here on a time is one since 1970 in UTC; below it is relative to now (RFC 8428, 4.5.3).</summary>
    public const double FirstAbsoluteTime = 1 << 28;

    internal Number Number { get; init; }

    internal ReadOnlySpan<byte> RawValue { get; init; }

    internal SenMLTextForm Form { get; init; }

    internal bool IsBase64Url { get; init; }

    /// <summary>Whether there is a value in the record, be it one that is passed over.</summary>
    internal bool HasValueField { get; init; }

    /// <summary>The name, base name and name together, ASCII.</summary>
    public ReadOnlySpan<byte> Name { get; internal init; }

    /// <summary>The unit, the record's or else the base unit; empty where there is none.</summary>
    public SenMLText Unit { get; internal init; }

    /// <summary>The kind of the value: it says which of the members below has it.</summary>
    public SenMLValueKind Kind { get; internal init; }

    /// <summary>
    /// The time, with the base time, in seconds as it was sent: 0 where there is none, relative to now below
    /// <see cref="FirstAbsoluteTime"/>. <see cref="TimeAt"/> makes it absolute.
    /// </summary>
    public double Time { get; internal init; }

    /// <summary>Whether the record or one before it gave a time.</summary>
    public bool HasTime { get; internal init; }

    /// <summary>The longest time in seconds until the sensor reports again, where it says so.</summary>
    public double? UpdateTime { get; internal init; }

    /// <summary>The integrated sum of the values over time, with the base sum, where there is one.</summary>
    public double? Sum { get; internal init; }

    /// <summary>The time in seconds since 1970 in UTC.</summary>
    /// <param name="now">The present, in seconds since 1970 in UTC: what a relative time is relative to.</param>
    public double TimeAt(double now) => Time < FirstAbsoluteTime ? now + Time : Time;

    /// <summary>The value of a <see cref="SenMLValueKind.Number"/>, with the base value; 0 for others.</summary>
    public double Value => Kind == SenMLValueKind.Number ? Number.ToDouble() : 0;

    /// <summary>The value of a <see cref="SenMLValueKind.Number"/> as an integer, exact in all of its 64 bits.</summary>
    /// <param name="value">The integer.</param>
    /// <returns>Whether the value is a number, whole, and in range.</returns>
    public bool TryGetInteger(out long value)
    {
        value = 0;
        return Kind == SenMLValueKind.Number && Number.TryInteger(out value);
    }

    /// <inheritdoc cref="TryGetInteger"/>
    public bool TryGetUnsigned(out ulong value)
    {
        value = 0;
        return Kind == SenMLValueKind.Number && Number.TryUnsigned(out value);
    }

    /// <summary>The value of a <see cref="SenMLValueKind.Boolean"/>; false for others.</summary>
    public bool Boolean => Kind == SenMLValueKind.Boolean && Number.Bits != 0;

    /// <summary>The value of a <see cref="SenMLValueKind.Text"/> or <see cref="SenMLValueKind.ObjectLink"/>; empty for others.</summary>
    public SenMLText Text => Kind is SenMLValueKind.Text or SenMLValueKind.ObjectLink ? new(RawValue, Form) : default;

    /// <summary>The most bytes that the value of a <see cref="SenMLValueKind.Data"/> has.</summary>
    public int MaxDataLength => Kind != SenMLValueKind.Data ? 0
        : IsBase64Url ? Base64Url.GetMaxDecodedLength(RawValue.Length)
        : RawValue.Length;

    /// <summary>Copies the value of a <see cref="SenMLValueKind.Data"/>.</summary>
    /// <param name="destination">Where to; <see cref="MaxDataLength"/> bytes are enough.</param>
    /// <param name="written">The bytes copied; 0 where none were.</param>
    /// <returns>Whether the value is bytes and there was room.</returns>
    public bool TryCopyData(Span<byte> destination, out int written)
    {
        written = 0;
        if (Kind != SenMLValueKind.Data)
        {
            return false;
        }

        bool copied = IsBase64Url
            ? Base64Url.DecodeFromUtf8(RawValue, destination, out _, out written) == OperationStatus.Done
            : new SenMLText(RawValue, Form).TryCopyTo(destination, out written);
        written = copied ? written : 0;
        return copied;
    }

    /// <summary>Name and kind, for messages: <c>urn:dev:ow:10e2073a01080063 (Number)</c>.</summary>
    public override string ToString() => Phrase.Of($"{Encoding.UTF8.GetString(Name)} ({Kind})");
}
