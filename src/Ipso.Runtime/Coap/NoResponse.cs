namespace Ipso.Coap;

/// <summary>The value of No-Response: the classes of responses that a client does not want to get (RFC 7967, 2).</summary>
/// <param name="Value">The bits: 2 for 2.xx, 8 for 4.xx, 16 for 5.xx; 0 wants all. Others mean nothing.</param>
public readonly record struct NoResponse(byte Value)
{
    /// <summary>No response of any class is wanted: 26.</summary>
    public static NoResponse All => new(26);

    /// <summary>Reads a value.</summary>
    /// <param name="bytes">The value of the option.</param>
    /// <param name="noResponse">The bits; 0 if the result is false.</param>
    /// <returns>False if there is more than 1 byte: the option is then to be ignored (RFC 7252, 5.4.3).</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out NoResponse noResponse)
    {
        noResponse = new(bytes.Length == 1 ? bytes[0] : (byte)0);
        return bytes.Length <= 1;
    }

    /// <summary>Whether a response is not wanted.</summary>
    /// <param name="code">The code of the response.</param>
    /// <returns>True if the bit of its class is set.</returns>
    public bool Suppresses(CoapCode code) => code.IsResponse && (Value >> (code.Class - 1) & 1) != 0;
}
