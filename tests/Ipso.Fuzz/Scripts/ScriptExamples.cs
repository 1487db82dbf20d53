using Ipso.Fuzz.Corpus;

namespace Ipso.Fuzz.Scripts;

using static ScriptedApplication;
using static ScriptSteps;

/// <summary>Scripts to begin with: the vectors of CoAP as what comes in, and sequences that go deep.</summary>
internal static class ScriptExamples
{
    // How peers choose: the lowest two bits are the peer.
    private const byte Con = 0, Non = 4;

    // Options of a request that a peer makes.
    private const byte Observe = 1, Block2 = 2, Echo = 8, Payload = 16, Rare = 32;

    // Methods of a peer's request, less one.
    private const byte Get = 0, Put = 2, Fetch = 4;

    // Tokens, as the lowest three bits have them.
    private const byte TokenA = 3, TokenB = 4;

    private const byte More = 0x80;

    private const int MixedScripts = 400;

    /// <summary>Scripts for datagrams.</summary>
    internal static IEnumerable<byte[]> Datagrams() => Mixed([.. OfDatagrams()]);

    /// <summary>Scripts for streams.</summary>
    internal static IEnumerable<byte[]> Streams() => Mixed([.. OfStreams()]);

    /// <summary>Scripts for datagrams behind security.</summary>
    internal static IEnumerable<byte[]> Secured() => Mixed([.. OfSecured()]);

    // The scripts, and as many as make most of the cases of what they come to one after the other, with steps of any kind between them.
    private static IEnumerable<byte[]> Mixed(byte[][] scripts)
    {
        SplitMix random = new(20);
        List<byte> mixed = [];
        for (int i = 0; i < MixedScripts; i++)
        {
            mixed.Clear();
            for (int left = 5 + random.Next(20); left > 0; left--)
            {
                if (random.OneIn(3))
                {
                    mixed.AddRange(random.Pick<byte[]>(scripts));
                    continue;
                }

                int held = random.OneIn(8) ? random.Next(8) << 5 : 0;
                mixed.Add((byte)(random.Next(Kind + 1) | held));
                for (int bytes = 3 + random.Next(4); bytes > 0; bytes--)
                {
                    mixed.Add((byte)random.Next(random.OneIn(3) ? 256 : 16));
                }
            }

            yield return [.. mixed];
        }

        foreach (byte[] script in scripts)
        {
            yield return script;
        }
    }

    private static IEnumerable<byte[]> OfDatagrams()
    {
        foreach (byte[] vector in Examples.VectorsOf(Dialect.Coap))
        {
            yield return [.. Raw(0, vector), Answer, 7, 0, 0];
        }

        foreach (byte[] script in Common())
        {
            yield return script;
        }

        // A group asks; errors are kept from it.
        yield return [GroupRequest, Non, TokenA, Get, Plain, 0, GroupRequest, Non + 1, TokenA, Get, Odd, 0, PassTime, 3];

        // A ping, a forged ACK and a forged RST; then the way is broken.
        yield return [Empty, Con, 7, Empty, 8, 100, Empty, 12, 101, Request, 0, 0, TransportFailure, 0, 0, PassDeadlines, 5];

        // The same Message ID once more, and a third time from elsewhere.
        yield return [PeerRequest, Con, TokenA, Put, Plain, Payload, 9, Repeat, 0, Repeat, 1, PassTime, 6, Repeat, 0];

        // The address is to be proven, and is.
        yield return
        [
            PeerRequest, Con, TokenA, Get, Long, 0, Answer, 7, 0, 0, PeerRequest, Con, TokenA, Get, Observed, Observe | Echo, 0, Notify, 1,
        ];
    }

    private static IEnumerable<byte[]> OfStreams()
    {
        byte[] open = [Open, 0, 1, Open, 1, 1];
        foreach (byte[] vector in Examples.VectorsOf(Dialect.Coap))
        {
            yield return [.. open, .. Raw(0, vector), Answer, 7, 0, 0];
        }

        foreach (byte[] script in Common())
        {
            yield return [.. open, .. script];
            yield return [.. open, Cut, 0, 1, .. script, Close, 0];
            yield return [.. open, .. script, PassTime, 3, GiveWay, 1, GiveWay, 1];
        }

        // A CSM that is too late, one that changes what is said, a ping, a release, an abort.
        yield return [Open, 0, 0, PeerRequest, 0, TokenA, Get, Plain, 0];
        yield return [Open, 0, 0, Signal, 0, 0x88, 9, 8, Signal, 0, 1, 5, Signal, 0, 0x98, 200, 60, PeerRequest, 0, TokenA, Get, Long, 0];
        yield return [.. open, Request, 0, 0, Signal, 0, 3, 0, Request, 0, 0, Answer, 2, 0, 0, Signal, 0, 4, Request, 0, 0];
        yield return [.. open, Request, 1, 0, OwnSignal, 1, 0, OwnSignal, 1, 1, Close, 1, Open, 1, 1, Request, 1, 0x18, 99];

        // What waits for a connection that goes, and for the next one of its name.
        yield return
        [
            .. open, PeerRequest, Con, TokenA, Get, Late, Observe, 0, PeerRequest | HoldsMessages, Con, TokenB, Get, Long, 0,
            Resume | HoldsMessages, 0, Close | HoldsMessages, 0, Open, 0, 1, PeerRequest, Con, TokenA, Get, Plain, 0,
        ];

        // A byte a minute, and 4 GB announced.
        yield return [.. open, .. Raw(0, [0x43]), PassTime, 4, .. Raw(0, [0x01]), PassTime, 4];
        yield return [.. open, .. Raw(0, [0xf0, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0, 0]), PassTime, 3];
    }

    private static IEnumerable<byte[]> OfSecured()
    {
        // Peers 0 and 1 have sessions; peer 3 needs none.
        byte[] shake = [Handshake, 0, 0x16, 3, Handshake, 0, 0x16, 8, Handshake, 1, 0x16, 0x0b];
        foreach (byte[] script in OfDatagrams())
        {
            yield return [.. shake, .. script];
        }

        // A cookie first; a handshake that is never ended; one in place of another.
        yield return [Handshake, 0, 0x16, 1, Handshake, 0, 0x16, 3, PassTime, 5, Handshake, 2, 0x16, 3, PassTime, 4, PassTime, 4];
        yield return [.. shake, PeerRequest, 0, TokenA, Get, Observed, Observe, 0, Handshake, 0, 0x16, 3, Handshake, 0, 0x16, 8, Notify, 1];

        // We begin; what is sent first waits for the end.
        yield return [Connect, 1, Request, 0, 0, Handshake, 1, 0x16, 8, Answer, 7, 0, 0, EndSession, 0, Request, 0, 0];

        // The session moves to another address, refuses to send, takes two records at a time, ends.
        yield return
        [
            .. shake, SecuredBytes, 2, 0x17, 0x90, 5, 0x40, 1, 2, 3, 0xb1, PeerRequest, 2, TokenA, Get, Plain, 0, SecuredBytes, 0, 0x17, 8,
            0, SecuredBytes, 1, 0x15, 0, 0, Request, 0, 0, EndSession, 7, PassTime, 7,
        ];
    }

    private static IEnumerable<byte[]> Common()
    {
        // A request of every kind of resource.
        for (byte path = 0; path < Resources; path++)
        {
            yield return
            [
                PeerRequest, Con, TokenA, Get, path, 0, PeerRequest, Non + 1, TokenB, Put, path, Payload | Rare, 0, 50, Resume, 0,
            ];
        }

        // A body in blocks, to memory, to a sink, to one that chokes; one block twice, one left out.
        foreach (byte path in (byte[])[Plain, Swallowing, Choking, Refusing, Late])
        {
            yield return
            [
                Block, Con, path, Block0(0), Block, Con, path, Block0(1), Block, Con, path, Block0(1), Proceed, 0, 0, Block, Con, path,
                Block0(2), Block, Con, path, (byte)(Block0(3) & ~More), Resume, 0,
            ];
            yield return [Block, Con, path, Block0(0), Block, Con, path, Block0(2), Block, Con, path, Block0(0), PassTime, 6];
        }

        // A response in blocks, in and out of order, of memory and of a body.
        foreach (byte path in (byte[])[Long, Pulled, Rambling])
        {
            yield return
            [
                PeerRequest, Con, TokenA, Get, path, 0, PeerRequest, Con, TokenA, Get, path, Block2, 0x12, PeerRequest, Con, TokenA, Get,
                path, Block2, 0x52, Proceed, 0, 0, PeerRequest, Con, TokenB, Get, path, Block2, 0x22, PassTime, 6,
            ];
        }

        // Observers come, hear, acknowledge, reject, leave.
        foreach (byte path in (byte[])[Observed, Long, Pulled, Unsteady, Meddling, Late])
        {
            yield return
            [
                PeerRequest, Con, TokenA, Get, path, Observe, 0, PeerRequest, Non + 1, TokenB, Fetch, path, Observe, 0, Notify, 1, Notify,
                0x81, Answer, 0, 0, 0, NotifyObserver, 0x80, Answer, 1, 0, 0, PeerRequest, Con, TokenA, Get, path, Observe, 1, PassTime, 7,
            ];
        }

        // One is told more than is good for it, and waits (RFC 7641, 4.5.1).
        byte[] change = [NotifyObserver, 0];
        yield return
        [
            PeerRequest, Con, TokenA, Get, Observed, Observe, 0, .. Enumerable.Repeat(change, 14).SelectMany(static step => step),
            PassTime, 6,
        ];

        // Requests of ours: answered at once, separately, not at all, by a forger.
        yield return [Request, 0, 0, Answer, 7, 0, 0, Request, 1, 0, Answer, 0, 0, 0, Answer, 2, 1, 0, Request, 2, 8, PassDeadlines, 7];
        yield return [Request, 0, 0, Answer, 6, 0, 0, Request, 0, 0, Request, 0, 0, PassTime, 2, Answer, 1, 0, 0, PassTime, 5];

        // What we ask for comes in blocks, to memory and to a sink; an entity-tag changes on the way.
        foreach (byte flags in (byte[])[0, 0x20, 0x60])
        {
            yield return
            [
                Request, 0, flags, Answer, 7, 0, 3, Answer, 7, 0, 3, Proceed, 0, 0, Answer, 7, 0, 3, Answer, 2, 0, 3, Answer, 7, 0, 3,
            ];
            yield return [Request, 0, flags, Answer, 7, 0, 3, Answer, 4, 0, 0, 6, 0x32, 2, 0x1a, Answer, 7, 0, 4, PassTime, 6];
        }

        // What we send goes in blocks, from memory and from a body; smaller ones are asked for, one is lost.
        yield return
        [
            Request, 0, 0x12, 20, Answer, 7, 0, 0, Answer, 7, 0, 0, Answer, 4, 0, 0, 1, 4, 0x20, Answer, 7, 0, 0, Answer, 7, 0, 0, Answer,
            7, 0, 0,
        ];
        yield return
        [
            RequestWithBody, 0, 2, 30, Answer, 7, 0, 0, Proceed, 0, 0, Answer, 4, 0, 0, 2, 4, 0x02, Answer, 7, 0, 0, Answer, 7, 0, 0,
            RequestWithBody, 1, 0x22, 250, Answer, 7, 0, 0, Answer, 7, 0, 0, Answer, 7, 0, 0,
        ];

        // What we observe: notifications fresh and old, one in blocks, silence, the end.
        yield return
        [
            Request, 0, 0x80, 8, Answer, 7, 0, 0, Answer, 3, 0, 5, Answer, 5, 0, 0, 6, 1, 3, PassTime, 5, Answer, 7, 0, 10, Answer, 7, 0,
            3, Answer, 7, 0, 3, Answer, 7, 0, 3, Cancel, 0, Answer, 7, 0, 0,
        ];
        yield return [Request, 0, 0x80, 8, Answer, 7, 0, 0, Forget, 0, Answer, 3, 0, 5, Request, 0, 0x80, 8, Answer, 7, 0, 0, PassTime, 7];

        // Everything at once, and no message let out until the end.
        yield return
        [
            Request | HoldsMessages, 0, 0, PeerRequest | HoldsMessages, Con, TokenA, Get, Late, 0, PeerRequest | HoldsMessages, Con + 1,
            TokenB, Get, Observed, Observe, 0, Notify | HoldsMessages, 1, Block | HoldsMessages, Con, Plain, Block0(0),
            PassTime | HoldsMessages | HoldsEvents, 3, Resume, 0,
        ];

        // Faults that nobody asks about.
        byte[] fault = [PeerRequest | HoldsEvents, Con, TokenA, Get, Faulty, 0];
        yield return [.. Enumerable.Repeat(fault, 70).SelectMany(static step => step)];
    }

    private static byte[] Raw(byte from, byte[] bytes)
    {
        byte[] taken = bytes.Length > byte.MaxValue ? bytes[..byte.MaxValue] : bytes;
        return [Bytes, from, (byte)taken.Length, .. taken];
    }

    // A block of 64 bytes that others follow.
    private static byte Block0(int number) => (byte)(More | number << 3 | 2);
}
