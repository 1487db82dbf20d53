using System.Buffers;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// What the framers of JSON have in common: where a value ends, by its strings and its depth. What is in it is judged where it is read.
/// </summary>
internal abstract class JsonFramer(FramerSettings settings, Base64Alphabet alphabet) : RecordFramer(settings)
{
    private enum Form : byte
    {
        /// <summary>No value: what stands between them.</summary>
        Between,
        Scalar,
        String,
        Container,
    }

    private enum Escape : byte
    {
        None,

        /// <summary>A backslash has come.</summary>
        Begun,

        /// <summary>Of <c>\u0041</c> in a value that is handed on, digits are to come.</summary>
        Digits,
    }

    private static readonly SearchValues<byte> s_afterScalar = SearchValues.Create(",}] \t\n\r"u8);
    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"{}[],:"u8);

    private readonly Base64Alphabet _alphabet = alphabet;
    private Form _form;
    private int _depth;
    private bool _isInString;
    private int _stringStart;
    private bool _hasEscapes;
    private Escape _escape;
    private int _digitsLeft;
    private int _unit;
    private bool _isAtKey;
    private Base64Pieces _base64;

    protected bool IsBetweenValues => _form == Form.Between;

    /// <summary>Takes a character that stands between values; white space does not come here.</summary>
    /// <returns>Whether it may stand there.</returns>
    protected abstract bool Between(byte b);

    /// <summary>The value that was begun is held whole.</summary>
    protected abstract void EndValue();

    /// <summary>A key of the object that was begun is held.</summary>
    protected virtual void NoteKey(scoped ReadOnlySpan<byte> key, bool hasEscapes)
    {
    }

    /// <summary>A text that is the value of a key of the object is held.</summary>
    protected virtual void NoteText(int start, int length, bool hasEscapes)
    {
    }

    /// <summary>
    /// Whether the text that begins, the value of a key of the object, goes to the consumer; whoever says so has begun the value.
    /// </summary>
    protected virtual bool Streams() => false;

    /// <summary>Begins to hold a value.</summary>
    protected void BeginValue(byte first)
    {
        Keep([first]);
        switch (first)
        {
            case (byte)'"':
                _form = Form.String;
                BeginString();
                break;
            case (byte)'{' or (byte)'[':
                _form = Form.Container;
                _depth = 1;
                _isAtKey = first == '{';
                break;
            default:
                _form = Form.Scalar;
                break;
        }
    }

    protected sealed override int Step(ReadOnlySpan<byte> rest) =>
        _isInString ? StepString(rest)
        : _form switch
        {
            Form.Container => StepContainer(rest),
            Form.Scalar => StepScalar(rest),
            _ => StepBetween(rest),
        };

    private int StepBetween(ReadOnlySpan<byte> rest)
    {
        int at = rest.IndexOfAnyExcept(" \t\n\r"u8);
        if (at < 0)
        {
            return rest.Length;
        }

        if (!Between(rest[at]))
        {
            Fail(PayloadFault.Malformed);
        }

        return at + 1;
    }

    private int StepScalar(ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOfAny(s_afterScalar);
        Keep(end < 0 ? rest : rest[..end]);
        if (end < 0)
        {
            return rest.Length;
        }

        _form = Form.Between;
        EndValue();
        return end;
    }

    private int StepContainer(ReadOnlySpan<byte> rest)
    {
        int at = rest.IndexOfAny(s_structure);
        if (at < 0)
        {
            Keep(rest);
            return rest.Length;
        }

        if (!Keep(rest[..(at + 1)]))
        {
            return at + 1;
        }

        switch (rest[at])
        {
            case (byte)'"':
                BeginString();
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                break;
            case (byte)'}' or (byte)']':
                if (--_depth == 0)
                {
                    _form = Form.Between;
                    EndValue();
                }

                break;
            default:
                _isAtKey = _depth == 1 ? rest[at] == ',' : _isAtKey;
                break;
        }

        return at + 1;
    }

    private bool IsOfObject => _form == Form.Container && _depth == 1;

    private void BeginString()
    {
        _isInString = true;
        _hasEscapes = false;
        _escape = Escape.None;
        _stringStart = Carry.Length;
        if (IsOfObject && !_isAtKey && Streams())
        {
            _base64 = new(_alphabet);
        }
    }

    private int StepString(ReadOnlySpan<byte> rest)
    {
        if (_escape != Escape.None)
        {
            TakeEscape(rest[0]);
            return 1;
        }

        int end = rest.IndexOfAny((byte)'"', (byte)'\\');
        TakeText(end < 0 ? rest : rest[..end]);
        if (end < 0)
        {
            return rest.Length;
        }

        if (rest[end] == '"')
        {
            EndString();
        }
        else
        {
            _hasEscapes = true;
            _escape = Escape.Begun;
            if (!IsStreaming)
            {
                Keep(rest.Slice(end, 1));
            }
        }

        return end + 1;
    }

    private void TakeText(ReadOnlySpan<byte> text)
    {
        if (IsStreaming)
        {
            DecodeBase64(ref _base64, text);
        }
        else
        {
            Keep(text);
        }
    }

    // Where the value is held no more need be known of an escape than that its first character ends no string.
    private void TakeEscape(byte b)
    {
        if (!IsStreaming)
        {
            _escape = Escape.None;
            Keep([b]);
        }
        else if (_alphabet == Base64Alphabet.Url)
        {
            // SenML has no escapes in bytes.
            Fail(PayloadFault.Malformed);
        }
        else if (_escape == Escape.Begun && b == 'u')
        {
            (_escape, _digitsLeft, _unit) = (Escape.Digits, 4, 0);
        }
        else if (_escape == Escape.Begun)
        {
            // Of all the short escapes "\/" alone is a character of Base64.
            _escape = Escape.None;
            TakeText([b == '/' ? b : (byte)' ']);
        }
        else
        {
            TakeDigit(b);
        }
    }

    private void TakeDigit(byte b)
    {
        _unit = _unit << 4 | (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10);
        if (!char.IsAsciiHexDigit((char)b))
        {
            Fail(PayloadFault.Malformed);
        }
        else if (--_digitsLeft == 0)
        {
            _escape = Escape.None;
            TakeText([_unit <= 0x7F ? (byte)_unit : (byte)' ']);
        }
    }

    private void EndString()
    {
        _isInString = false;
        if (IsStreaming)
        {
            EndBase64(ref _base64);
            EndStream();
        }
        else if (IsOfObject && _isAtKey)
        {
            NoteKey(Carry[_stringStart..], _hasEscapes);
        }
        else if (IsOfObject)
        {
            NoteText(_stringStart, Carry.Length - _stringStart, _hasEscapes);
        }

        Keep("\""u8);
        if (_form == Form.String)
        {
            _form = Form.Between;
            EndValue();
        }
    }
}
