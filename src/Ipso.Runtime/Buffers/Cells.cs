namespace Ipso.Buffers;

/// <summary>
/// An array of structs with many fields, each in an object of its own. A native compiler takes what an array is of for something that is
/// boxed, compared and printed, and so are its fields: that is up to 2 KB of code for a type. For tables of few entries.
/// </summary>
/// <typeparam name="T">What the entries are.</typeparam>
internal readonly struct Cells<T>
    where T : struct
{
    // Null of the default.
    private readonly Cell[]? _cells;

    internal Cells(int length)
    {
        _cells = new Cell[length];
        foreach (ref Cell cell in _cells.AsSpan())
        {
            cell = new();
        }
    }

    internal bool IsEmpty => _cells is null;

    internal int Length => _cells!.Length;

    internal ref T this[int index] => ref _cells![index].Value;

    private sealed class Cell
    {
        internal T Value;
    }
}
