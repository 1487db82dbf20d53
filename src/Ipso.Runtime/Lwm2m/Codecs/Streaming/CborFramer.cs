using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

/// <summary>What the framers of CBOR have in common: heads and the content of strings, cut anywhere.</summary>
internal abstract class CborFramer(FramerSettings settings) : RecordFramer(settings)
{
    private const int MaxHead = 9;

    /// <summary>An empty byte string, which stands in a record for one that was not held.</summary>
    private const byte EmptyBytes = 0x40;

    private CborHeadScanner _head;
    private ulong _contentLeft;
    private CborNesting _item;

    /// <summary>The item that is being held.</summary>
    protected ref readonly CborNesting Item => ref _item;

    /// <summary>Whether the payload may end here, as far as the item and its head are concerned.</summary>
    protected bool IsBetweenItems => !_head.IsCut && !IsInItem;

    protected bool IsInItem { get; private set; }

    protected sealed override int Step(ReadOnlySpan<byte> rest)
    {
        if (_contentLeft > 0)
        {
            int length = (int)Math.Min((ulong)rest.Length, _contentLeft);
            TakeContent(rest[..length]);
            return length;
        }

        int used = _head.Feed(rest, out bool isWhole);
        if (isWhole)
        {
            Span<byte> text = stackalloc byte[MaxHead];
            if (!_head.TryGet(text, out int length, out CborHead head))
            {
                Fail(PayloadFault.Malformed);
            }
            else if (IsInItem)
            {
                InItem(head, text[..length]);
            }
            else
            {
                BetweenItems(head, text[..length]);
            }
        }

        return used;
    }

    /// <summary>A head that is of no item that is held.</summary>
    protected abstract void BetweenItems(CborHead head, ReadOnlySpan<byte> text);

    /// <summary>Whether the bytes of a string that begins in the item go to the consumer; whoever says so has begun the value.</summary>
    protected virtual bool Streams(CborHead head) => false;

    /// <summary>A head of the item is about to be held.</summary>
    protected virtual void NoteHead(CborHead head)
    {
    }

    /// <summary>The item is held whole.</summary>
    protected abstract void EndItem();

    /// <summary>Begins to hold an item, whose head came.</summary>
    /// <param name="head">The head.</param>
    /// <param name="text">The head's bytes.</param>
    protected void BeginItem(CborHead head, ReadOnlySpan<byte> text)
    {
        IsInItem = true;
        _item.Begin();
        InItem(head, text);
    }

    private void InItem(CborHead head, ReadOnlySpan<byte> text)
    {
        // While a value streams, a head is that of a chunk, or the end of them.
        if (!IsStreaming && head.Major == CborMajor.Bytes && Streams(head))
        {
            Append([EmptyBytes]);
        }
        else if (!IsStreaming)
        {
            NoteHead(head);
            if (!Keep(text))
            {
                return;
            }
        }

        Go(_item.Note(head), head.Argument);
    }

    private void Go(CborNext next, ulong contentLength)
    {
        if (IsStreaming && next != CborNext.Content && !_item.IsInString)
        {
            EndStream();
        }

        switch (next)
        {
            case CborNext.Malformed:
                Fail(PayloadFault.Malformed);
                break;
            case CborNext.Content when IsStreaming || HasRoom(contentLength):
                _contentLeft = contentLength;
                break;
            case CborNext.End when Fault == PayloadFault.None:
                IsInItem = false;
                EndItem();
                break;
            default:
                break;
        }
    }

    private void TakeContent(ReadOnlySpan<byte> bytes)
    {
        _contentLeft -= (ulong)bytes.Length;
        if (IsStreaming)
        {
            Stream(bytes);
        }
        else
        {
            Append(bytes);
        }

        if (_contentLeft == 0)
        {
            Go(_item.EndContent(), 0);
        }
    }
}
