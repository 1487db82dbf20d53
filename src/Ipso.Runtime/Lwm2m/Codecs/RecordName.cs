using System.Runtime.CompilerServices;
using Ipso.Json;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// Reads the path out of a SenML name, which may come in two pieces cut anywhere: base name and name (RFC 8428, 4.5.1). Feed it the base
/// name, keep it, and feed copies of it the names.
/// </summary>
internal struct RecordName
{
    private ulong _packed;
    private int _depth;
    private int _id;
    private bool _afterSlash;
    private bool _failed;

    internal static RecordName Empty => new() { _packed = ulong.MaxValue, _id = -1 };

    /// <summary>A base name.</summary>
    internal static RecordName Of(scoped in SenMLText text)
    {
        RecordName name = Empty;
        name.Feed(in text);
        return name;
    }

    /// <summary>The path of a base name, this, and a name; the root where that is none.</summary>
    internal readonly bool TryResolve(scoped in SenMLText name, out Lwm2mPath path)
    {
        RecordName whole = this;
        whole.Feed(in name);
        return whole.TryFinish(out path);
    }

    /// <summary>
    /// Feeds a text in any form. Escapes are checked: <c>\/3</c> or even <c>\u002f3</c>. Chunks were checked when they were read.
    /// </summary>
    internal void Feed(scoped in SenMLText text)
    {
        if (text.Form == SenMLTextForm.Plain)
        {
            Feed(text.Raw);
        }
        else
        {
            FeedAssembled(in text);
        }
    }

    internal void Feed(scoped ReadOnlySpan<byte> text)
    {
        foreach (byte b in text)
        {
            if (b == '/')
            {
                Slash();
            }
            else
            {
                Digit(b);
            }
        }
    }

    [SkipLocalsInit]
    private void FeedAssembled(scoped in SenMLText text)
    {
        // A longer one is no path, however it is escaped or cut.
        Span<byte> plain = stackalloc byte[Lwm2mPath.MaxTextLength * JsonText.MaxEscapeLength];
        if (text.TryAssemble(plain, out int length))
        {
            Feed(plain[..length]);
        }
        else
        {
            _failed = true;
        }
    }

    /// <summary>The path of what was fed: one to four ids, or a slash alone, which is the root; that also where it is none.</summary>
    internal bool TryFinish(out Lwm2mPath path)
    {
        if (_id >= 0)
        {
            Push();
        }
        else
        {
            _failed |= !_afterSlash || _depth > 0;
        }

        path = _failed ? Lwm2mPath.Root : new(_packed);
        return !_failed;
    }

    private void Digit(byte b)
    {
        uint digit = (uint)b - '0';
        // An id has no leading zero: /03 is not /3.
        if (digit > 9 || _id == 0 || !_afterSlash && _id < 0)
        {
            _failed = true;
            return;
        }

        _id = (_id < 0 ? 0 : _id * 10) + (int)digit;
        _afterSlash = false;
        if (_id >= Lwm2mPath.MaxId)
        {
            _failed = true;
            _id = 1;
        }
    }

    private void Slash()
    {
        if (_id >= 0)
        {
            Push();
        }
        else if (_afterSlash || _depth > 0)
        {
            _failed = true;
        }

        _afterSlash = true;
    }

    private void Push()
    {
        if (_depth == 4)
        {
            _failed = true;
            return;
        }

        int shift = 48 - _depth * 16;
        _packed = _packed & ~((ulong)Lwm2mPath.MaxId << shift) | (ulong)(uint)_id << shift;
        _depth++;
        _id = -1;
    }
}
