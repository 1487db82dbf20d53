using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

/// <summary>CBOR of a single value in blocks (LwM2M TS Core, 7.4.3): one data item.</summary>
internal sealed class SingleCborFramer(FramerSettings settings) : CborFramer(settings)
{
    private bool _begun;

    protected override void BetweenItems(CborHead head, ReadOnlySpan<byte> text)
    {
        if (_begun)
        {
            Fail(PayloadFault.Malformed);
            return;
        }

        _begun = true;
        BeginRecord([]);
        BeginItem(head, text);
    }

    protected override bool Streams(CborHead head) =>
        Carry.IsEmpty && TryStream(Request, head.IsIndefinite ? -1 : (long)Math.Min(head.Argument, long.MaxValue));

    protected override void EndItem() => TakeRecord(Settings.Format, Request);

    protected override void Finish()
    {
        if (!_begun || !IsBetweenItems)
        {
            Fail(PayloadFault.Malformed);
        }
    }
}
