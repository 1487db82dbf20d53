using Ipso.Coap.Engine;

namespace Ipso.Testing;

// What lies between two nodes.
public sealed partial class VirtualNetwork
{
    /// <summary>Gives a link settings of its own, in one direction. What is under way keeps its fate.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="settings">The settings; null for those of <see cref="Links"/>.</param>
    public void SetLink(VirtualNode from, VirtualNode to, LinkSettings? settings) => LinkOf(from, to).Settings = settings;

    /// <summary>Gives a link settings of its own, in both directions.</summary>
    /// <param name="one">One end.</param>
    /// <param name="other">The other end.</param>
    /// <param name="settings">The settings; null for those of <see cref="Links"/>.</param>
    public void SetLinks(VirtualNode one, VirtualNode other, LinkSettings? settings)
    {
        SetLink(one, other, settings);
        SetLink(other, one, settings);
    }

    private void Forward(TraceEntry entry, Link link, LinkSettings settings)
    {
        if (link.Random.Chance(settings.Loss))
        {
            entry.Fate = DatagramFate.Lost;
            Counters.Lost++;
            Sent?.Invoke(entry);
            return;
        }

        Instant arrival = Now + settings.Delay.Draw(link.Random);
        if (settings.Delay.KeepsOrder)
        {
            arrival = arrival > link.LastArrival ? arrival : link.LastArrival;
            link.LastArrival = arrival;
        }

        if (link.Random.Chance(settings.Reordering))
        {
            entry.IsHeldBack = true;
            Counters.HeldBack++;
            arrival += link.Random.Next(TimeSpan.Zero, settings.ReorderingTime);
        }

        entry.Arrives = arrival;
        Sent?.Invoke(entry);
        Clock.At(arrival, () => Deliver(entry));
    }

    private bool AreApart(VirtualNode from, VirtualNode to)
    {
        foreach (Partition partition in _partitions)
        {
            if (partition.Separates(from, to))
            {
                return true;
            }
        }

        return false;
    }

    private Link LinkOf(VirtualNode from, VirtualNode to)
    {
        if (!_links.TryGetValue((from, to), out Link? link))
        {
            // By address, so that what happens on a link does not depend on which link is used first.
            _links[(from, to)] = link = new Link(new SeededRandom(LinkSeed(from, to)));
        }

        return link;
    }

    private ulong LinkSeed(VirtualNode from, VirtualNode to) =>
        Seed ^ ((ulong)(uint)_nodes.IndexOf(from) << 32 | (uint)_nodes.IndexOf(to)) * 0x9e37_79b9_7f4a_7c15 ^ 0x6c69_6e6b;

    // One direction between two nodes.
    private sealed class Link(SeededRandom random)
    {
        public SeededRandom Random { get; } = random;

        public LinkSettings? Settings { get; set; }

        public Instant LastArrival { get; set; }
    }
}
