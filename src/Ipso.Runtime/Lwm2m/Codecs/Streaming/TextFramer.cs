using Ipso.Buffers;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

/// <summary>Plain text and octet-stream in blocks (LwM2M TS Core, 7.4.1 and 7.4.2): the payload is one value.</summary>
internal sealed class TextFramer(FramerSettings settings) : RecordFramer(settings)
{
    private Base64Pieces _base64 = new(Base64Alphabet.Standard);
    private bool _begun;

    protected override int Step(ReadOnlySpan<byte> rest)
    {
        Begin();
        if (!IsStreaming)
        {
            Keep(rest);
        }
        else if (Settings.Format == ContentFormat.OctetStream)
        {
            Stream(rest);
        }
        else
        {
            DecodeBase64(ref _base64, rest);
        }

        return rest.Length;
    }

    protected override void Finish()
    {
        Begin();
        if (!IsStreaming)
        {
            TakeRecord(Settings.Format, Request);
        }
        else if (Settings.Format == ContentFormat.OctetStream || EndBase64(ref _base64))
        {
            EndStreamedValue();
        }
    }

    private void Begin()
    {
        if (!_begun)
        {
            _begun = true;
            BeginRecord([]);
            TryStream(Request, -1);
        }
    }
}
