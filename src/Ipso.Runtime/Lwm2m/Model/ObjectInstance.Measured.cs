using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

// What follows a measured value by itself: the reusable resources of IPSO Smart Objects, 5601, 5602, 5605, 5518 and 6050.
public abstract partial class ObjectInstance
{
    // A reset comes from the device's thread and a value from the sensor's: an extreme is compared and set as one.
    // One word, since the platform's SpinLock is 1 KB of native code for what is held for a few comparisons.
    private int _isKeepingExtremes;

    // The place of an extreme that an object does not have.
    private const int NoExtreme = -1;

    /// <summary>Begins the extremes anew at the present value: what Reset Min and Max Measured Values (5605) does by itself.</summary>
    /// <param name="arguments">None are asked for.</param>
    protected void MeasureAnew(ExecuteArguments arguments)
    {
        using (BeginUpdate())
        {
            KeepExtremes(anew: true);
        }
    }

    /// <summary>Takes the measured value into Min and Max Measured Value (5601, 5602); generated where an object has them.</summary>
    /// <param name="anew">Whether the value replaces both, whatever they are.</param>
    protected virtual void KeepExtremes(bool anew)
    {
    }

    /// <summary>Takes the clock's time into Timestamp and Fractional Timestamp (5518, 6050); generated where an object has them.</summary>
    protected virtual void KeepTime()
    {
    }

    /// <summary>Lowers a minimum to a value, and raises a maximum to it.</summary>
    /// <param name="value">The measured value.</param>
    /// <param name="minimum">The minimum.</param>
    /// <param name="minimumIndex">Its place in the definition.</param>
    /// <param name="maximum">The maximum.</param>
    /// <param name="maximumIndex">Its place in the definition.</param>
    /// <param name="anew">Whether the value replaces both, whatever they are.</param>
    // Not for every sensor once more: the native compiler would.
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected void KeepExtremes(
        ref readonly double value, ref double minimum, int minimumIndex, ref double maximum, int maximumIndex, bool anew)
    {
        SpinWait spin = default;
        while (Interlocked.Exchange(ref _isKeepingExtremes, 1) != 0)
        {
            spin.SpinOnce();
        }

        try
        {
            // The value is looked at when nobody else is here: it may be another one than the caller set.
            if (minimumIndex >= 0 && (anew || !Has(minimumIndex) || value < minimum))
            {
                Assign(ref minimum, value, minimumIndex);
            }

            if (maximumIndex >= 0 && (anew || !Has(maximumIndex) || value > maximum))
            {
                Assign(ref maximum, value, maximumIndex);
            }
        }
        finally
        {
            Volatile.Write(ref _isKeepingExtremes, 0);
        }
    }

    /// <summary>Lowers a minimum to a value.</summary>
    /// <param name="value">The measured value.</param>
    /// <param name="field">The minimum.</param>
    /// <param name="index">The minimum's place in the definition.</param>
    /// <param name="anew">Whether the value replaces the minimum, whatever it is.</param>
    protected void KeepMinimum(ref readonly double value, ref double field, int index, bool anew) =>
        KeepExtremes(in value, ref field, index, ref Unsafe.NullRef<double>(), NoExtreme, anew);

    /// <summary>Raises a maximum to a value.</summary>
    /// <param name="value">The measured value.</param>
    /// <param name="field">The maximum.</param>
    /// <param name="index">The maximum's place in the definition.</param>
    /// <param name="anew">Whether the value replaces the maximum, whatever it is.</param>
    protected void KeepMaximum(ref readonly double value, ref double field, int index, bool anew) =>
        KeepExtremes(in value, ref Unsafe.NullRef<double>(), NoExtreme, ref field, index, anew);

    /// <summary>Takes a clock's time, where there is a clock, into a timestamp, and what a time in whole seconds leaves out into another field.</summary>
    /// <param name="utcTicks">The clock's time; <see langword="null"/> where there is no clock.</param>
    /// <param name="timestamp">The timestamp.</param>
    /// <param name="timestampIndex">Its place in the definition.</param>
    /// <param name="fraction">The rest in seconds: at least 0 and less than 1.</param>
    /// <param name="fractionIndex">Its place in the definition.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected void KeepTime(long? utcTicks, ref long timestamp, int timestampIndex, ref double fraction, int fractionIndex)
    {
        if (utcTicks is { } ticks)
        {
            Assign(ref timestamp, ticks, timestampIndex);
            Assign(ref fraction, FractionOfSecond(ticks), fractionIndex);
        }
    }

    /// <summary>Takes a clock's time, where there is a clock, into a timestamp.</summary>
    /// <inheritdoc cref="KeepTime(long?, ref long, int, ref double, int)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected void KeepTime(long? utcTicks, ref long timestamp, int timestampIndex)
    {
        if (utcTicks is { } ticks)
        {
            Assign(ref timestamp, ticks, timestampIndex);
        }
    }

    /// <summary>Takes what a clock's time in whole seconds leaves out, where there is a clock.</summary>
    /// <inheritdoc cref="KeepTime(long?, ref long, int, ref double, int)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected void KeepTime(long? utcTicks, ref double fraction, int fractionIndex)
    {
        if (utcTicks is { } ticks)
        {
            Assign(ref fraction, FractionOfSecond(ticks), fractionIndex);
        }
    }

    private static double FractionOfSecond(long ticks) => (double)(ticks % TimeSpan.TicksPerSecond) / TimeSpan.TicksPerSecond;
}
