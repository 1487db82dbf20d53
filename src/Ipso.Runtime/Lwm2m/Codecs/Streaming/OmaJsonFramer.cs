using Ipso.Buffers;
using Ipso.Json;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// OMA JSON in blocks (LwM2M TS 1.0, 6.4.4): the members of one object, and the entries of one of them. Entries that come before the base
/// name, or without one, wait for the end: only there it is known what their names mean.
/// </summary>
internal sealed class OmaJsonFramer(FramerSettings settings) : JsonFramer(settings, Base64Alphabet.Either)
{
    // A longer one is part of no path, however it is escaped.
    private const int MaxBaseName = 2 + (Lwm2mPath.MaxTextLength + 1) * JsonText.MaxEscapeLength;

    private enum Phase : byte
    {
        Open,
        Key,
        Colon,
        Value,
        AfterMember,
        Entries,
        FirstEntry,
        NextEntry,
        AfterEntry,
        End,
    }

    private Phase _phase;
    private bool _isInEntry;
    private bool _isBaseName;
    private bool _hasBaseName;
    private bool _hasEntries;
    private int _valueStart;
    private RecordName _baseName;
    private byte[] _prefix = "{\"e\":["u8.ToArray();
    private JsonNames _names;
    private PendingEntries? _pending;

    protected override bool Between(byte b)
    {
        switch (_phase, b)
        {
            case (Phase.Open, (byte)'{'):
                _phase = Phase.Key;
                return true;
            case (Phase.Key, (byte)'"'):
                BeginRecord("{"u8);
                BeginValue(b);
                return true;
            case (Phase.Colon, (byte)':'):
                return BeginMember();
            case (Phase.Value, _):
                _valueStart = Carry.Length;
                BeginValue(b);
                return true;
            case (Phase.Entries, (byte)'['):
                _phase = Phase.FirstEntry;
                return true;
            case (Phase.FirstEntry or Phase.NextEntry, (byte)'{'):
                _isInEntry = true;
                _names = default;
                BeginRecord(_prefix);
                BeginValue(b);
                return true;
            case (Phase.AfterEntry, (byte)','):
                _phase = Phase.NextEntry;
                return true;
            case (Phase.FirstEntry or Phase.AfterEntry, (byte)']'):
                _phase = Phase.AfterMember;
                return true;
            case (Phase.AfterMember, (byte)','):
                _phase = Phase.Key;
                return true;
            case (Phase.AfterMember, (byte)'}'):
                _phase = Phase.End;
                TakePending();
                return _hasEntries;
            default:
                return false;
        }
    }

    protected override void NoteKey(scoped ReadOnlySpan<byte> key, bool hasEscapes) =>
        _names.NoteKey(_isInEntry && !hasEscapes ? key : default, "sv"u8);

    protected override void NoteText(int start, int length, bool hasEscapes) => _names.NoteText(start, length, hasEscapes);

    protected override bool Streams() =>
        _isInEntry && _names.IsDataNext && TryResolve(_names.Name(Carry), out Lwm2mPath path) && TryStream(path, -1);

    protected override void EndValue()
    {
        if (_isInEntry)
        {
            EndEntry();
        }
        else if (_phase == Phase.Key)
        {
            _phase = Phase.Colon;
        }
        else
        {
            EndMember();
        }
    }

    protected override void Finish()
    {
        if (_phase != Phase.End || !IsBetweenValues)
        {
            Fail(PayloadFault.Malformed);
        }
    }

    protected override void Release() => _pending?.Dispose();

    private bool BeginMember()
    {
        // What is held is the brace and the key.
        JsonReader reader = new(Carry[1..]);
        scoped ReadOnlySpan<byte> key = reader.ReadString(out bool hasEscapes);
        Span<byte> plain = stackalloc byte[2 * JsonText.MaxEscapeLength];
        if (hasEscapes)
        {
            key = key.Length <= plain.Length && JsonText.TryUnescape(key, plain, out int length) ? plain[..length] : default;
        }

        _isBaseName = key.SequenceEqual("bn"u8);
        if (!key.SequenceEqual("e"u8))
        {
            _phase = Phase.Value;
            Keep(":"u8);
            return !reader.Failed;
        }

        _phase = Phase.Entries;
        bool isFirst = !_hasEntries;
        _hasEntries = true;
        if (!_hasBaseName)
        {
            _pending = new();
        }

        return isFirst;
    }

    // Read as the only member besides entries of which there are none.
    private void EndMember()
    {
        ReadOnlySpan<byte> value = Carry[_valueStart..];
        if (_isBaseName)
        {
            if (_hasBaseName)
            {
                Fail(PayloadFault.Malformed);
            }

            NoteBaseName(value);
        }

        Append(",\"e\":[]}"u8);
        TakeRecord(Settings.Format, Request);
        _phase = Phase.AfterMember;
    }

    private void NoteBaseName(ReadOnlySpan<byte> text)
    {
        _hasBaseName = true;
        ReadOnlySpan<byte> name = text.Length <= MaxBaseName ? text : "\"x\""u8;
        _prefix = [.. "{\"bn\":"u8, .. name, .. ",\"e\":["u8];
        _baseName = RecordName.Empty;
        if (name is [(byte)'"', .. var content, (byte)'"'] && content.IndexOf((byte)'\\') < 0)
        {
            _baseName.Feed(content);
        }
    }

    private void EndEntry()
    {
        _isInEntry = false;
        _phase = Phase.AfterEntry;
        if (_pending is null)
        {
            Append("]}"u8);
            TakeRecord(Settings.Format, Request);
        }
        else if (!_pending.TryAdd(
            Carry[_prefix.Length..], new(Position, HasStreamed, StreamedPath, StreamedLength), Settings.MaxStagedBytes))
        {
            FailTooLarge(Settings.MaxStagedBytes);
        }
    }

    private void TakePending()
    {
        for (int at = 0; _pending is not null && Fault == PayloadFault.None && _pending.TryGet(ref at, out PendingEntry entry);)
        {
            BeginRecord(_prefix);
            Append(entry.Text);
            Append("]}"u8);
            Restore(entry.Head.End, entry.Head.HasStreamed, entry.Head.Path, entry.Head.Length);
            TakeRecord(Settings.Format, Request);
        }
    }

    // Without a base name a name is the whole path, or what is left of it below the request's - unless a base name comes yet.
    private bool TryResolve(ReadOnlySpan<byte> name, out Lwm2mPath path)
    {
        if (_hasBaseName)
        {
            return _baseName.TryResolve(new(name, SenMLTextForm.Plain), out path);
        }

        path = Request;
        if (name.IsEmpty)
        {
            return true;
        }

        RecordName start = RecordName.Empty;
        if (name[0] != '/')
        {
            Span<byte> text = stackalloc byte[Lwm2mPath.MaxTextLength + 1];
            Request.TryFormat(text, out int length);
            text[length++] = (byte)'/';
            start.Feed(text[..length]);
        }

        return start.TryResolve(new(name, SenMLTextForm.Plain), out path);
    }
}
