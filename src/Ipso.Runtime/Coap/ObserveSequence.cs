namespace Ipso.Coap;

/// <summary>The Observe value of notifications: a 24-bit number that orders them (RFC 7641, 3.4 and 4.4).</summary>
public static class ObserveSequence
{
    /// <summary>The largest value: 2^24 - 1. The number after it is 0.</summary>
    public const uint Max = 0xff_ffff;

    private const uint Half = 0x80_0000;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(128);

    /// <summary>Reads an Observe value.</summary>
    /// <param name="bytes">The value of the option.</param>
    /// <param name="value">The number; 0 if the result is false.</param>
    /// <returns>False if there are more than 3 bytes: the option is then to be ignored as one not understood (RFC 7252, 5.4.3).</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out uint value)
    {
        value = 0;
        return bytes.Length <= 3 && CoapUInt.TryRead(bytes, out value);
    }

    /// <summary>The number after this one.</summary>
    /// <param name="value">0 to <see cref="Max"/>.</param>
    /// <returns>0 to <see cref="Max"/>.</returns>
    public static uint Next(uint value) => (value + 1) & Max;

    /// <summary>
    /// Whether a notification is fresher than the freshest so far, by number or because so much time has passed that numbers say nothing.
    /// </summary>
    /// <param name="freshest">The number of the freshest notification so far (V1).</param>
    /// <param name="incoming">The number of the incoming notification (V2).</param>
    /// <param name="elapsed">The time between the two arrivals (T2 - T1).</param>
    /// <returns>The condition of RFC 7641, 3.4.</returns>
    public static bool IsFresher(uint freshest, uint incoming, TimeSpan elapsed) =>
        (freshest < incoming && incoming - freshest < Half)
        || (freshest > incoming && freshest - incoming > Half)
        || elapsed > s_window;
}
