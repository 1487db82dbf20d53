using System.IO.Enumeration;
using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>
/// A node that does what a test says and nothing else: a script of times and messages. Every step that is not as expected throws a
/// <see cref="ScriptException"/>, which any test framework reports.
/// </summary>
/// <remarks>
/// <code>
/// new ScriptedPeer(endpoint)
///     .At(0).Send(CoapDatagram.Con(CoapCode.Get, 1).Path("/a")).Expect("ACK 0x0001 2.05 Content \"22.5\"")
///     .At(10).ExpectNothing();
/// </code>
/// </remarks>
public sealed class ScriptedPeer
{
    private readonly Queue<TraceEntry> _inbox = new();
    private readonly Mailbox _mailbox = new();

    /// <summary>Puts a protocol and a scripted peer on a network of their own, whose links are perfect.</summary>
    /// <param name="protocol">What is tested.</param>
    public ScriptedPeer(IDatagramProtocol protocol)
        : this(new VirtualNetwork(0), "peer", network => network.Add("node", _ => protocol))
    {
    }

    /// <summary>Puts a scripted peer on a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="name">A name, for traces.</param>
    /// <param name="other">The node that it talks to.</param>
    public ScriptedPeer(VirtualNetwork network, string name, VirtualNode other)
        : this(network, name, _ => other)
    {
        ArgumentNullException.ThrowIfNull(other);
    }

    private ScriptedPeer(VirtualNetwork network, string name, Func<VirtualNetwork, VirtualNode> other)
    {
        ArgumentNullException.ThrowIfNull(network);
        Network = network;
        Other = other(network);
        Node = network.Add(name, _ => _mailbox);
        _mailbox.Received = entry => _inbox.Enqueue(entry);
        network.Arrived += entry => _mailbox.Arriving = entry;
    }

    /// <summary>The network.</summary>
    public VirtualNetwork Network { get; }

    /// <summary>The peer as a node of the network.</summary>
    public VirtualNode Node { get; }

    /// <summary>The node that the peer talks to.</summary>
    public VirtualNode Other { get; }

    /// <summary>The message that was expected last.</summary>
    /// <exception cref="InvalidOperationException">None was.</exception>
    public ReadOnlyMemory<byte> Last => LastEntry?.Datagram ?? throw new InvalidOperationException("No message was expected yet.");

    /// <summary>When the message that was expected last has arrived.</summary>
    /// <exception cref="InvalidOperationException">None was.</exception>
    public Instant LastArrival => LastEntry?.Arrives ?? throw new InvalidOperationException("No message was expected yet.");

    private TraceEntry? LastEntry { get; set; }

    /// <summary>Goes on to a moment.</summary>
    /// <param name="seconds">Seconds since the start of the clock, not before now.</param>
    /// <returns>This peer.</returns>
    public ScriptedPeer At(double seconds)
    {
        Instant moment = Instant.FromSeconds(seconds);
        if (moment < Network.Now)
        {
            throw Failed($"it is {Network.Now} already, not {moment}");
        }

        Network.RunTo(moment);
        return this;
    }

    /// <summary>Sends a message to the other node.</summary>
    /// <param name="message">The message.</param>
    /// <returns>This peer.</returns>
    public ScriptedPeer Send(CoapDatagram message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Send(message.ToArray());
    }

    /// <summary>Sends bytes to the other node.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <returns>This peer.</returns>
    public ScriptedPeer Send(ReadOnlySpan<byte> datagram)
    {
        _mailbox.Outgoing.Enqueue((Other.Peer, datagram.ToArray()));
        Network.RunTo(Network.Now);
        return this;
    }

    /// <summary>Has something done to the other node, or to the network.</summary>
    /// <param name="action">What.</param>
    /// <returns>This peer.</returns>
    public ScriptedPeer Do(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        action();
        Network.RunTo(Network.Now);
        return this;
    }

    /// <summary>
    /// Answers the message that was expected last: an Acknowledgement with its Message ID, and either its token and a code or nothing else.
    /// </summary>
    /// <param name="response">Completes the response to be sent; null for an empty Acknowledgement.</param>
    /// <param name="code">The response code.</param>
    /// <returns>This peer.</returns>
    public ScriptedPeer Acknowledge(Coap.CoapCode code = default, Action<CoapDatagram>? response = null)
    {
        CoapDatagram answer = CoapDatagram.AnswerTo(Last.Span, code);
        if (code.IsEmpty)
        {
            answer.Token("");
        }

        response?.Invoke(answer);
        return Send(answer);
    }

    /// <summary>Takes the next message, which must be as expected.</summary>
    /// <param name="pattern">
    /// The message in the form of <see cref="CoapText.Describe"/>; <c>*</c> stands for any number of characters, <c>?</c> for one, and a
    /// backslash before one of them, or before itself, for that character.
    /// </param>
    /// <param name="within">For how many seconds to wait if it has not arrived yet.</param>
    /// <returns>This peer, at the moment of arrival, if that is later.</returns>
    /// <exception cref="ScriptException">No message has come, or another one.</exception>
    public ScriptedPeer Expect(string pattern, double within = 0)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        TimeSpan wait = TimeSpan.FromSeconds(within);
        if (!Network.RunUntil(() => _inbox.Count > 0, wait))
        {
            throw Failed($"expected within {within} s: {pattern}\ngot nothing");
        }

        LastEntry = _inbox.Dequeue();
        string line = CoapText.Describe(LastEntry.Datagram.Span);
        return FileSystemName.MatchesSimpleExpression(pattern, line, ignoreCase: false)
            ? this
            : throw Failed($"expected: {pattern}\ngot:      {line}");
    }

    /// <summary>No message must be waiting.</summary>
    /// <returns>This peer.</returns>
    /// <exception cref="ScriptException">There is one.</exception>
    public ScriptedPeer ExpectNothing() => _inbox.TryPeek(out TraceEntry? entry)
        ? throw Failed($"expected: nothing\ngot:      {CoapText.Describe(entry.Datagram.Span)}")
        : this;

    /// <summary>Passes over the messages that have come and were not expected, such as the repetitions of one that is not answered.</summary>
    /// <returns>This peer.</returns>
    public ScriptedPeer PassOver()
    {
        _inbox.Clear();
        return this;
    }

    private ScriptException Failed(string what) =>
        new($"At {TraceEntry.Seconds(Network.Now)} {Node.Name} {what}\n\n{Network.Trace}");

    // Lies between the network and the script: what the test sends waits to be taken, what arrives waits to be expected.
    private sealed class Mailbox : IDatagramProtocol
    {
        public Queue<(PeerId To, byte[] Datagram)> Outgoing { get; } = new();

        public TraceEntry? Arriving { get; set; }

        public Action<TraceEntry>? Received { get; set; }

        public Instant? NextDeadline => null;

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now) => Received!(Arriving!);

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            if (!Outgoing.TryDequeue(out (PeerId To, byte[] Datagram) next))
            {
                transmit = default;
                return false;
            }

            next.Datagram.CopyTo(buffer);
            transmit = new Transmit(next.To, next.Datagram.Length);
            return true;
        }

        public void OnDeadline(Instant now)
        {
        }
    }
}
