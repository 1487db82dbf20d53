namespace Ipso.Coap.Engine;

/// <summary>Bytes that lie in pages of a <see cref="PagePool"/>; the default holds none.</summary>
internal struct PagedBytes
{
    // Indices plus one, so that 0 is none.
    internal int First;
    internal int Last;

    public int Length { get; internal set; }
}

/// <summary>A bounded stock of pages, from which bodies of any length are made without taking memory for the longest of each.</summary>
internal sealed class PagePool
{
    public const int PageSize = 512;

    // A pool of which nobody has taken a page has no memory yet.
    private byte[] _bytes = [];
    private readonly int[] _next;
    private int _free;

    /// <param name="bytes">The stock; rounded up to whole pages.</param>
    public PagePool(int bytes)
    {
        int pages = (int)(((long)bytes + PageSize - 1) / PageSize);
        _next = new int[pages];
        for (int i = pages; i > 0; i--)
        {
            _next[i - 1] = _free;
            _free = i;
        }

        FreeBytes = pages * PageSize;
    }

    /// <summary>The bytes in pages that nobody holds.</summary>
    public int FreeBytes { get; private set; }

    /// <summary>Takes the memory of all pages, as the first one does that is taken.</summary>
    public void TakeMemory()
    {
        if (_bytes.Length == 0)
        {
            _bytes = new byte[_next.Length * PageSize];
        }
    }

    /// <summary>Adds bytes at the end; false, with nothing added, if the stock is too small.</summary>
    public bool TryAppend(ref PagedBytes target, ReadOnlySpan<byte> bytes)
    {
        int used = target.Length % PageSize;
        int room = used == 0 ? 0 : PageSize - used;
        if (bytes.Length - room > FreeBytes)
        {
            return false;
        }

        target.Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (room == 0)
            {
                AddPage(ref target);
                room = PageSize;
            }

            int count = Math.Min(room, bytes.Length);
            bytes[..count].CopyTo(_bytes.AsSpan((target.Last * PageSize) - room));
            bytes = bytes[count..];
            room -= count;
        }

        return true;
    }

    /// <summary>
    /// Puts bytes at an offset, over what is there or beyond the end: what lies between then is undefined. False, with nothing changed, if
    /// the stock is too small.
    /// </summary>
    public bool TryWrite(ref PagedBytes target, int offset, ReadOnlySpan<byte> bytes)
    {
        int end = Math.Max(offset + bytes.Length, target.Length);
        int more = PagesOf(end) - PagesOf(target.Length);
        if (more * PageSize > FreeBytes)
        {
            return false;
        }

        for (; more > 0; more--)
        {
            AddPage(ref target);
        }

        target.Length = end;
        int page = PageAt(target, offset);
        for (int within = offset % PageSize; !bytes.IsEmpty; within = 0)
        {
            int count = Math.Min(PageSize - within, bytes.Length);
            bytes[..count].CopyTo(_bytes.AsSpan(((page - 1) * PageSize) + within));
            bytes = bytes[count..];
            page = _next[page - 1];
        }

        return true;
    }

    /// <summary>Gives back the pages in front that hold nothing from an offset on.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="from">Where in the body they begin; moves on.</param>
    /// <param name="offset">Where in the body what is still needed begins.</param>
    public void Forget(ref PagedBytes bytes, ref long from, long offset)
    {
        if (offset >= from + bytes.Length)
        {
            Release(ref bytes);
            from = Math.Max(from, offset);
            return;
        }

        for (; offset - from >= PageSize; from += PageSize)
        {
            int page = bytes.First;
            bytes.First = _next[page - 1];
            bytes.Length -= PageSize;
            _next[page - 1] = _free;
            _free = page;
            FreeBytes += PageSize;
        }
    }

    /// <summary>Copies bytes out.</summary>
    /// <returns>How many there were: fewer than wanted at the end.</returns>
    public int CopyTo(in PagedBytes source, int offset, Span<byte> destination)
    {
        int length = Math.Max(Math.Min(destination.Length, source.Length - offset), 0);
        int page = PageAt(source, offset);
        int within = offset % PageSize;
        for (int copied = 0; copied < length;)
        {
            int count = Math.Min(PageSize - within, length - copied);
            _bytes.AsSpan(((page - 1) * PageSize) + within, count).CopyTo(destination[copied..]);
            copied += count;
            within = 0;
            page = _next[page - 1];
        }

        return length;
    }

    /// <summary>Gives the pages back.</summary>
    public void Release(ref PagedBytes bytes)
    {
        if (bytes.First > 0)
        {
            FreeBytes += PagesOf(bytes.Length) * PageSize;
            _next[bytes.Last - 1] = _free;
            _free = bytes.First;
        }

        bytes = default;
    }

    private static int PagesOf(int length) => (length + PageSize - 1) / PageSize;

    private int PageAt(in PagedBytes bytes, int offset)
    {
        int page = bytes.First;
        for (int skipped = offset / PageSize; skipped > 0 && page > 0; skipped--)
        {
            page = _next[page - 1];
        }

        return page;
    }

    private void AddPage(ref PagedBytes target)
    {
        TakeMemory();
        int page = _free;
        _free = _next[page - 1];
        _next[page - 1] = 0;
        FreeBytes -= PageSize;
        if (target.Last > 0)
        {
            _next[target.Last - 1] = page;
        }
        else
        {
            target.First = page;
        }

        target.Last = page;
    }
}
