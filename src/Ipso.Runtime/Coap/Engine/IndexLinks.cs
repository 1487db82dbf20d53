namespace Ipso.Coap.Engine;

/// <summary>First, last and number of the entries of one list; the default is the empty list.</summary>
internal struct IndexList
{
    // Indices plus one, so that 0 is none.
    internal int FirstLink;
    internal int LastLink;

    public int Count { get; internal set; }

    /// <summary>The first entry; -1 if there is none.</summary>
    public readonly int First => FirstLink - 1;
}

/// <summary>
/// The links of lists over the entries of one table. An entry is in at most one of the lists; adding and removing cost the same wherever it
/// is.
/// </summary>
internal sealed class IndexLinks(int entries)
{
    private readonly int[] _next = new int[entries];
    private readonly int[] _previous = new int[entries];

    public void AddLast(ref IndexList list, int entry)
    {
        _previous[entry] = list.LastLink;
        _next[entry] = 0;
        if (list.LastLink > 0)
        {
            _next[list.LastLink - 1] = entry + 1;
        }
        else
        {
            list.FirstLink = entry + 1;
        }

        list.LastLink = entry + 1;
        list.Count++;
    }

    /// <summary>Takes an entry out of the list that it is in.</summary>
    public void Remove(ref IndexList list, int entry)
    {
        int next = _next[entry];
        int previous = _previous[entry];
        if (previous > 0)
        {
            _next[previous - 1] = next;
        }
        else
        {
            list.FirstLink = next;
        }

        if (next > 0)
        {
            _previous[next - 1] = previous;
        }
        else
        {
            list.LastLink = previous;
        }

        list.Count--;
    }

    /// <summary>Takes the first entry; -1 if there is none.</summary>
    public int TakeFirst(ref IndexList list)
    {
        int entry = list.First;
        if (entry >= 0)
        {
            Remove(ref list, entry);
        }

        return entry;
    }

    /// <summary>The entry after one in its list; -1 at the end.</summary>
    public int Next(int entry) => _next[entry] - 1;
}
