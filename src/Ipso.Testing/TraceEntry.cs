using System.Globalization;
using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>What has become of a datagram.</summary>
public enum DatagramFate : byte
{
    /// <summary>It has not arrived yet.</summary>
    UnderWay,

    /// <summary>It has arrived.</summary>
    Delivered,

    /// <summary>The link has lost it.</summary>
    Lost,

    /// <summary>It was longer than the link's MTU.</summary>
    TooLarge,

    /// <summary>Sender and receiver were in different parts of the network.</summary>
    Partitioned,

    /// <summary>No node has the address, or none of the sender's IP version.</summary>
    Unreachable,

    /// <summary>The node was down when it arrived.</summary>
    Down,
}

/// <summary>A datagram on its way, or a copy of one that the network has made, or a piece of a stream.</summary>
public sealed class TraceEntry
{
    private readonly byte[] _bytes;

    internal TraceEntry(long number, Instant sent, VirtualNode from, VirtualNode? to, byte[] bytes)
    {
        Number = number;
        Sent = sent;
        From = from;
        To = to;
        _bytes = bytes;
    }

    /// <summary>A number that counts up from 0 on each network, copies and pieces included.</summary>
    public long Number { get; }

    /// <summary>When it was sent.</summary>
    public Instant Sent { get; }

    /// <summary>When it arrives, or would have; null if it never was on its way.</summary>
    public Instant? Arrives { get; internal set; }

    /// <summary>The sender.</summary>
    public VirtualNode From { get; }

    /// <summary>The receiver; null if no node has the address.</summary>
    public VirtualNode? To { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Datagram => _bytes;

    /// <summary>What has become of it.</summary>
    public DatagramFate Fate { get; internal set; }

    /// <summary>Whether this is a copy that the network has made.</summary>
    public bool IsDuplicate { get; internal init; }

    /// <summary>Whether it was held back for others to overtake it.</summary>
    public bool IsHeldBack { get; internal set; }

    /// <summary>Whether this is a piece of a stream, and no datagram.</summary>
    public bool IsStream { get; internal init; }

    /// <summary>The datagram in one line.</summary>
    /// <returns>
    /// For example <c>12.345 s  client -> server  CON 0x1a2b GET /3303/0/5700 token 4f, Observe 0</c>, and in parentheses what is unusual
    /// about its way.
    /// </returns>
    public override string ToString()
    {
        string arrow = IsStream ? "=>" : "->";
        string content = IsStream ? CoapText.Bytes(_bytes) : CoapText.Describe(_bytes);
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{Seconds(Sent)}  {From.Name} {arrow} {To?.Name ?? "?"}  {content}");
        string way = Way();
        return way.Length == 0 ? line : $"{line} ({way})";
    }

    internal static string Seconds(Instant moment) =>
        string.Create(CultureInfo.InvariantCulture, $"{(decimal)moment.Ticks / TimeSpan.TicksPerSecond:0.000} s");

    private string Way()
    {
        List<string> words = [];
        if (IsDuplicate)
        {
            words.Add("duplicate");
        }

        if (IsHeldBack)
        {
            words.Add("held back");
        }

        if (Fate is DatagramFate.UnderWay or DatagramFate.Delivered && Arrives > Sent)
        {
            words.Add($"{(Fate == DatagramFate.Delivered ? "arrives" : "under way until")} {Seconds(Arrives.GetValueOrDefault())}");
        }

        if (Fate is not (DatagramFate.UnderWay or DatagramFate.Delivered))
        {
            words.Add(Fate switch
            {
                DatagramFate.Lost => "lost",
                DatagramFate.TooLarge => "too large",
                DatagramFate.Partitioned => "partitioned",
                DatagramFate.Unreachable => "unreachable",
                _ => $"finds {To?.Name} down",
            });
        }

        return string.Join(", ", words);
    }
}
