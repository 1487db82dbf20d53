using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>Counts attempts and sequences (LwM2M TS Core, 6.2.1.1): attempt k of a sequence is followed by timer x 2^(k-1), the last
/// one by the sequence delay. Each wait is up to a fraction longer, so that devices that were turned away together do not come back
/// together.</summary>
internal struct RetryPlan
{
    private const ulong DefaultCount = 5;
    private const ulong DefaultTimer = 60;
    private const ulong DefaultSequenceDelay = 24 * 60 * 60;
    private const ulong DefaultSequenceCount = 1;

    // A wait is a second at least, whatever a server has written: devices in a hurry would be a flood to it. This is more than a
    // century; a sequence delay of the greatest value means that there is no further sequence.
    private const ulong Forever = uint.MaxValue;

    private ulong _attempts;
    private ulong _sequences;
    private bool _isOver;

    /// <summary>Counts a failed attempt.</summary>
    /// <param name="server">What the server says of retries.</param>
    /// <param name="spread">By which fraction a wait is longer at most (<see cref="DeviceOptions.RetrySpread"/>).</param>
    /// <param name="random">Where the length of a wait comes from.</param>
    /// <param name="endsSequence">Whether it was the last of its sequence.</param>
    /// <param name="endsPlan">
    /// Whether it was the last of the last sequence, of which there is none after an endless delay: the registration has failed. This is said
    /// once, though it is tried on.
    /// </param>
    /// <returns>How long to wait; <see langword="null"/> for ever.</returns>
    internal TimeSpan? Fail(LwM2MServer server, double spread, IRandomSource random, out bool endsSequence, out bool endsPlan)
    {
        _attempts++;
        endsSequence = _attempts >= (server.CommunicationRetryCount ?? DefaultCount);
        endsPlan = false;
        if (!endsSequence)
        {
            double seconds = Math.ScaleB(server.CommunicationRetryTimer ?? DefaultTimer, (int)Math.Min(_attempts - 1, 64));
            return Spread(Math.Clamp(seconds, 1, Forever), spread, random);
        }

        _attempts = 0;
        _sequences++;
        ulong delay = server.CommunicationSequenceDelayTimer ?? DefaultSequenceDelay;
        // The count may have been lowered meanwhile.
        bool isLast = delay >= Forever || _sequences >= (server.CommunicationSequenceRetryCount ?? DefaultSequenceCount);
        endsPlan = isLast && !_isOver;
        _isOver |= isLast;
        return delay >= Forever ? null : Spread(Math.Max(delay, 1), spread, random);
    }

    /// <summary>Begins anew, after a success.</summary>
    internal void Reset() => this = default;

    /// <summary>A time of chance.</summary>
    /// <param name="most">The longest; with zero nothing is drawn.</param>
    /// <param name="random">What it is drawn from.</param>
    internal static TimeSpan Any(TimeSpan most, IRandomSource random) =>
        most > TimeSpan.Zero ? most * ((double)random.NextUInt32() / uint.MaxValue) : TimeSpan.Zero;

    /// <summary>Makes a wait longer by a fraction that is left to chance.</summary>
    /// <param name="seconds">The wait, in seconds.</param>
    /// <param name="spread">The largest fraction, 0 to 1; with 0 nothing is drawn.</param>
    /// <param name="random">What it is drawn from.</param>
    internal static TimeSpan Spread(double seconds, double spread, IRandomSource random) =>
        TimeSpan.FromSeconds(spread > 0 ? seconds * (1 + (spread * random.NextUInt32() / uint.MaxValue)) : seconds);
}
