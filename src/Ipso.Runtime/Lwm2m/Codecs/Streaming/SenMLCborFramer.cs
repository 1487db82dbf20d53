using Ipso.Cbor;
using Ipso.SenML;

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

    // Where a name stands in what is held; without length where it does not.
    private struct HeldName
    {
        internal int Start;
        internal int Length;
        internal SenMLTextForm Form;
    }

    // Of the record: the label whose value is next, and its names.
    private Label _label;
    private HeldName _ownBaseName;
    private HeldName _name;

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
            _ownBaseName = _name = default;
            BeginRecord([ArrayOf1]);
            BeginItem(head, text);
        }
    }

    protected override void NoteHead(CborHead head)
    {
        if (Item.IsInString)
        {
            if (head.IsBreak && IsName)
            {
                ref HeldName name = ref NameOfLabel;
                name.Length = Carry.Length - name.Start;
            }
        }
        else if (Item.Depth != 2)
        {
            return;
        }
        else if (Item.IsAtKey)
        {
            _label = (head.Major, head.Argument) switch
            {
                (CborMajor.Unsigned, 0) => Label.Name,
                (CborMajor.Unsigned, 8) => Label.Data,
                (CborMajor.Negative, 1) => Label.BaseName,
                _ => Label.Other,
            };
        }
        else if (IsName && head.Major == CborMajor.Text)
        {
            int argumentLength = head.AdditionalInformation is >= 24 and < 28 ? 1 << head.AdditionalInformation - 24 : 0;
            NameOfLabel = new()
            {
                Start = Carry.Length + 1 + argumentLength,
                Length = (int)Math.Min(head.Argument, int.MaxValue),
                Form = head.IsIndefinite ? SenMLTextForm.Chunks : SenMLTextForm.Plain,
            };
        }
    }

    private bool IsName => _label is Label.Name or Label.BaseName;

    private ref HeldName NameOfLabel => ref _label == Label.Name ? ref _name : ref _ownBaseName;

    protected override bool Streams(CborHead head) =>
        _label == Label.Data && Item.Depth == 2 && Item.IsAtValue
        && StreamedPaths.TryResolve(_baseName, TextOf(_ownBaseName), TextOf(_name), out Lwm2mPath path)
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

    private SenMLText TextOf(HeldName name) => new(Carry.Slice(name.Start, name.Length), name.Form);
}
