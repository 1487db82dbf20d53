namespace Ipso.Coap.Engine;

/// <summary>
/// The Message IDs of the newest messages of a transfer, so that a RST for one of them is recognised: those among the last 64 that went to
/// its peer.
/// </summary>
internal struct SentMessages
{
    private ushort _last;

    // Bit i: the message of the ID _last - i is one of them.
    private ulong _bits;

    public void Add(ushort messageId)
    {
        int shift = (ushort)(messageId - _last);
        _bits = shift < 64 ? _bits << shift | 1 : 1;
        _last = messageId;
    }

    public readonly bool Has(ushort messageId) => (ushort)(_last - messageId) is var age && age < 64 && (_bits >> age & 1) != 0;

    public void Clear() => _bits = 0;
}
