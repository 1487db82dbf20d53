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
internal readonly struct IndexLinks(int entries)
{
    // Of each entry the link to the next one, then that to the previous one.
    private readonly int[] _links = new int[2 * entries];

    public void AddLast(ref IndexList list, int entry)
    {
        _links[PreviousOf(entry)] = list.LastLink;
        _links[NextOf(entry)] = 0;
        if (list.LastLink > 0)
        {
            _links[NextOf(list.LastLink - 1)] = entry + 1;
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
        int next = _links[NextOf(entry)];
        int previous = _links[PreviousOf(entry)];
        if (previous > 0)
        {
            _links[NextOf(previous - 1)] = next;
        }
        else
        {
            list.FirstLink = next;
        }

        if (next > 0)
        {
            _links[PreviousOf(next - 1)] = previous;
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
    public int Next(int entry) => _links[NextOf(entry)] - 1;

    private static int NextOf(int entry) => 2 * entry;

    private static int PreviousOf(int entry) => (2 * entry) + 1;
}
