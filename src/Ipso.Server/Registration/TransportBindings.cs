using Ipso.Lwm2m;

namespace Ipso.Server.Registration;

/// <summary>The transports that a device says it has (LwM2M TS Core, 6.2.1.2).</summary>
[Flags]
public enum TransportBindings : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>U: UDP.</summary>
    Udp = 1,

    /// <summary>T: TCP; from LwM2M 1.1 on.</summary>
    Tcp = 2,

    /// <summary>S: SMS.</summary>
    Sms = 4,

    /// <summary>N: non-IP, such as LoRaWAN; from LwM2M 1.1 on.</summary>
    NonIP = 8,

    /// <summary>M: MQTT; from LwM2M 1.2 on.</summary>
    Mqtt = 16,

    /// <summary>H: HTTP; from LwM2M 1.2 on.</summary>
    Http = 32,
}

/// <summary>Reads the argument <c>b</c> of a Register or Update.</summary>
internal static class TransportBindingText
{
    private static readonly ObjectVersion s_withFlags = new(1, 1);
    private static readonly ObjectVersion s_withGateways = new(1, 2);

    /// <summary>Reads it as a version of LwM2M has it: up to 1.0 with the queue mode in it, and one of six modes; later the letters of
    /// transports, in any order.</summary>
    /// <param name="text">The value.</param>
    /// <param name="version">The version of LwM2M.</param>
    /// <param name="bindings">The transports.</param>
    /// <param name="isQueueMode">Whether the text itself says that there is a queue mode.</param>
    /// <returns>False where the version has no such value.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> text, ObjectVersion version, out TransportBindings bindings, out bool isQueueMode)
    {
        bindings = TransportBindings.None;
        isQueueMode = false;
        if (version < s_withFlags)
        {
            isQueueMode = text.Contains((byte)'Q');
            bindings = (text.Contains((byte)'U') ? TransportBindings.Udp : 0) | (text.Contains((byte)'S') ? TransportBindings.Sms : 0);
            return text.SequenceEqual("U"u8) || text.SequenceEqual("UQ"u8) || text.SequenceEqual("S"u8) || text.SequenceEqual("SQ"u8)
                || text.SequenceEqual("US"u8) || text.SequenceEqual("UQS"u8);
        }

        foreach (byte letter in text)
        {
            TransportBindings one = letter switch
            {
                (byte)'U' => TransportBindings.Udp,
                (byte)'T' => TransportBindings.Tcp,
                (byte)'S' => TransportBindings.Sms,
                (byte)'N' => TransportBindings.NonIP,
                (byte)'M' when version >= s_withGateways => TransportBindings.Mqtt,
                (byte)'H' when version >= s_withGateways => TransportBindings.Http,
                _ => TransportBindings.None,
            };
            if (one == TransportBindings.None || (bindings & one) != 0)
            {
                return false;
            }

            bindings |= one;
        }

        return bindings != TransportBindings.None;
    }
}
