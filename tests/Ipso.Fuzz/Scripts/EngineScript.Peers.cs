using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Fuzz.Scripts;

// The steps of the network that are alike whatever messages travel in.
internal abstract partial class EngineScript
{
    /// <summary>How many peers there are.</summary>
    protected const int PeerCount = 4;

    private static readonly PeerId[] s_peers = [new([4, 0, 1]), new([4, 0, 2]), new([4, 0, 3]), new([6, 0, 4])];

    private readonly byte[] _last = new byte[2048];
    private int _lastLength;
    private ushort _messageId;

    /// <summary>The address of a peer.</summary>
    protected static PeerId AddressOf(int which) => s_peers[which % PeerCount];

    /// <summary>Which peer has an address; -1 if none has.</summary>
    protected static int IndexOf(in PeerId peer) => Array.IndexOf(s_peers, peer);

    /// <summary>A message comes from a peer.</summary>
    protected abstract void Deliver(int from, ReadOnlySpan<byte> message);

    /// <summary>A step of the network.</summary>
    protected virtual void StepOfNetwork(int kind, ref ScriptReader script)
    {
        int from = script.Next();
        switch (kind)
        {
            case ScriptSteps.Bytes:
                Arrive(from, script.Take(script.Next()));
                break;
            case ScriptSteps.PeerRequest:
                Arrive(from, MakeRequest(from, ref script));
                break;
            case ScriptSteps.PeerResponse:
                Arrive(from, Maker.Response(ref script, (CoapType)(from >> 2 & 3), NextId(from), TokenOf(script.Next())));
                break;
            case ScriptSteps.DamagedRequest:
                Damage(from, MakeRequest(from, ref script), script.Next(), script.Next());
                break;
            case ScriptSteps.Repeat:
                Deliver(from, _last.AsSpan(0, _lastLength));
                break;
            case ScriptSteps.Block:
                Arrive(from, Maker.Block(TypeOf(from), NextId(from), TokenOf(0), script.Next(), script.Next()));
                break;
            case ScriptSteps.RobustBlock:
                Arrive(from, Maker.RobustBlock(TypeOf(from), NextId(from), TokenOf(0), script.Next(), script.Next()));
                break;
            default:
                AnswerSent(from, ref script);
                break;
        }
    }

    /// <summary>A request of a peer, as the script has it.</summary>
    protected ReadOnlySpan<byte> MakeRequest(int from, scoped ref ScriptReader script) =>
        Maker.Request(ref script, TypeOf(from), NextId(from), TokenOf(script.Next()));

    /// <summary>A message comes, and is kept to come once more.</summary>
    protected void Arrive(int from, ReadOnlySpan<byte> message)
    {
        _lastLength = Math.Min(message.Length, _last.Length);
        message[.._lastLength].CopyTo(_last);
        Deliver(from, _last.AsSpan(0, _lastLength));
    }

    // What the engine has sent is answered as it should be, or nearly so.
    private void AnswerSent(int how, ref ScriptReader script)
    {
        if (!Sent.TryGet(script.Next(), out PeerId to, out CoapMessage message))
        {
            return;
        }

        Maker.KeepEcho(message);
        int from = IndexOf(to);
        int more = script.Next();
        switch (how & 7)
        {
            case 0:
                Arrive(from, Maker.Empty(CoapType.Acknowledgement, message.MessageId));
                break;
            case 1:
                Arrive(from, Maker.Empty(CoapType.Reset, message.MessageId));
                break;
            case 2:
                Arrive(from, Maker.Answer(message, CoapType.Confirmable, NextId(0), more % 5, more));
                break;
            case 3:
                Arrive(from, Maker.Answer(message, CoapType.NonConfirmable, NextId(0), more % 5, more));
                break;
            case 4:
                Arrive(from, Maker.Response(ref script, CoapType.Acknowledgement, message.MessageId, message.TokenBytes));
                break;
            case 5:
                Arrive(from, Maker.Response(ref script, CoapType.NonConfirmable, NextId(0), message.TokenBytes));
                break;
            case 6:
                // Forged by another.
                Arrive(from + 1, Maker.Answer(message, CoapType.Acknowledgement, message.MessageId, more % 5, more));
                break;
            default:
                Arrive(from, Maker.Answer(message, CoapType.Acknowledgement, message.MessageId, more % 5, more));
                break;
        }
    }

    private void Damage(int from, ReadOnlySpan<byte> message, int at, int with)
    {
        message.CopyTo(_last);
        _lastLength = with == 0 ? at % message.Length : message.Length;
        _last[at % message.Length] ^= (byte)with;
        Deliver(from, _last.AsSpan(0, _lastLength));
    }

    private static CoapType TypeOf(int from) => (from & 4) == 0 ? CoapType.Confirmable : CoapType.NonConfirmable;

    // The next one, or now and then the one before.
    private ushort NextId(int from) => (from & 0xf0) == 0xf0 ? _messageId : ++_messageId;

    private static ReadOnlySpan<byte> TokenOf(int which) => (which & 7) switch
    {
        0 => default,
        1 => "12345678"u8,
        2 => "a token of twenty-one"u8,
        3 => "A"u8,
        4 => "B"u8,
        _ => "CD"u8,
    };
}
