using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

/// <summary>SenML CBOR in blocks (RFC 8428, 6): an array of maps.</summary>
internal sealed class SenMLCborFramer(FramerSettings settings) : CborFramer(settings)
{
    private const byte ArrayOf1 = 0x81;

    private enum Label : byte
    {
        Other,
        BaseName,
        Name,
        Data,
    }

    private RecordName _baseName = RecordName.Empty;
    private bool _begun;
    private bool _ended;
    private bool _isIndefinite;
    private ulong _recordsLeft;

    // Of the record: the label whose value is next, and where the names stand in what is held; -1 where they do not.
    private Label _label;
    private (int Start, int Length) _baseNameText;
    private (int Start, int Length) _nameText;

    protected override void BetweenItems(CborHead head, ReadOnlySpan<byte> text)
    {
        if (_ended)
        {
            Fail(PayloadFault.Malformed);
        }
        else if (!_begun)
        {
            _begun = true;
            (_isIndefinite, _recordsLeft) = (head.IsIndefinite, head.Argument);
            _ended = !_isIndefinite && _recordsLeft == 0;
            if (head.Major != CborMajor.Array)
            {
                Fail(PayloadFault.Malformed);
            }
        }
        else if (_isIndefinite && head.IsBreak)
        {
            _ended = true;
        }
        else if (head.Major != CborMajor.Map)
        {
            Fail(PayloadFault.Malformed);
        }
        else
        {
            _recordsLeft--;
            (_baseNameText, _nameText) = ((-1, 0), (-1, 0));
            BeginRecord([ArrayOf1]);
            BeginItem(head, text, chunksAllowed: 1);
        }
    }

    protected override void NoteHead(CborHead head)
    {
        if (Item.Depth != 2)
        {
            return;
        }

        if (Item.IsAtKey)
        {
            _label = (head.Major, head.Argument) switch
            {
                (CborMajor.Unsigned, 0) => Label.Name,
                (CborMajor.Unsigned, 8) => Label.Data,
                (CborMajor.Negative, 1) => Label.BaseName,
                _ => Label.Other,
            };
        }
        else if (_label is Label.Name or Label.BaseName && head.Major == CborMajor.Text && !head.IsIndefinite)
        {
            int headLength = head.AdditionalInformation < 24 ? 1 : 1 + (1 << head.AdditionalInformation - 24);
            (int, int) place = (Carry.Length + headLength, (int)Math.Min(head.Argument, int.MaxValue));
            (_baseNameText, _nameText) = _label == Label.Name ? (_baseNameText, place) : (place, _nameText);
        }
    }

    protected override bool Streams(CborHead head) =>
        _label == Label.Data && Item.Depth == 2 && Item.IsAtValue
        && StreamedPaths.TryResolve(_baseName, TextOf(_baseNameText), TextOf(_nameText), out Lwm2mPath path)
        && TryStream(path, head.IsIndefinite ? -1 : (long)Math.Min(head.Argument, long.MaxValue));

    protected override void EndItem()
    {
        RecordReader reader = new(Carry, Settings.Format, Request) { BaseName = _baseName };
        TakeRecord(ref reader);
        _baseName = reader.BaseName;
        _ended = !_isIndefinite && _recordsLeft == 0;
    }

    protected override void Finish()
    {
        if (!_ended || !IsBetweenItems)
        {
            Fail(PayloadFault.Malformed);
        }
    }

    private ReadOnlySpan<byte> TextOf((int Start, int Length) place) => place.Start < 0 ? default : Carry.Slice(place.Start, place.Length);
}
