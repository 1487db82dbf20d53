namespace Ipso.Testing;

/// <summary>A cut through a network: what a node of one side sends to one of the other is dropped, until the cut is healed.</summary>
public sealed class Partition
{
    private readonly HashSet<VirtualNode> _left;
    private readonly HashSet<VirtualNode> _right;

    internal Partition(IEnumerable<VirtualNode> left, IEnumerable<VirtualNode> right)
    {
        _left = [.. left];
        _right = [.. right];
        if (_left.Overlaps(_right))
        {
            throw new ArgumentException("A node is on one side of a cut only.", nameof(right));
        }
    }

    /// <summary>Whether datagrams pass again.</summary>
    public bool IsHealed { get; private set; }

    /// <summary>Ends the cut. What was dropped stays lost.</summary>
    public void Heal() => IsHealed = true;

    internal bool Separates(VirtualNode from, VirtualNode to) =>
        !IsHealed && ((_left.Contains(from) && _right.Contains(to)) || (_right.Contains(from) && _left.Contains(to)));
}
