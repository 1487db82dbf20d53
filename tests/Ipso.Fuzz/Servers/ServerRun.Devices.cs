using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Fuzz.Scripts;
using static Ipso.Fuzz.Servers.ServerSteps;

namespace Ipso.Fuzz.Servers;

// What devices, transport and program do, as the script has it.
internal sealed partial class ServerRun
{
    private const int PeerCount = 4;
    private const int KeptMessages = 16;

    private static readonly string[] s_names = ["a", "b", "c", "d", "e", ""];
    private static readonly string[] s_lifetimes = ["&lt=60", "&lt=0", "", "&lt=300", "&lt=x", "&lt=86400"];
    private static readonly string[] s_versions = ["&lwm2m=1.1", "&lwm2m=1.2", "&lwm2m=1.0", "", "&lwm2m=2.0"];
    private static readonly string[] s_flags = ["", "&Q", "&b=UQ", "&pid=oma:x", "&b=Z"];

    private static readonly byte[][] s_links =
    [
        [.. "</1/0>,</3/0>,</3303/0>"u8], [.. "</>;rt=\"oma.lwm2m\";ct=\"112 60\",</lwm2m/3/0>"u8], [.. "</3303>;ver=1.1,</3303/0>"u8], [], [.. "</x"u8],
    ];

    private static readonly TimeSpan[] s_spans =
    [
        TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(94),
        TimeSpan.FromSeconds(130), TimeSpan.FromSeconds(400), TimeSpan.FromHours(25),
    ];

    private static readonly CoapCode[] s_answers =
    [
        CoapCode.Content, CoapCode.Content, CoapCode.Changed, CoapCode.NotFound, CoapCode.NotAcceptable, CoapCode.UnsupportedContentFormat,
        CoapCode.ServiceUnavailable, CoapCode.Continue, CoapCode.Content, CoapCode.MethodNotAllowed,
    ];

    private static readonly byte[][] s_sends =
    [
        [0x81, 0xa3, 0x21, 0x68, .. "/3303/0/"u8, 0x00, 0x64, .. "5700"u8, 0x02, 0x15], [0x00, 0x10], [.. "[{\"n\":\"/3303/0/5700\",\"v\":1}]"u8], [0x80],
    ];

    private readonly List<(int From, byte[] Datagram)> _arrived = [];
    private readonly List<(PeerId To, byte[] Datagram)> _requests = [];
    private readonly List<(int From, CoapToken Token)> _tokens = [];
    private ushort _messageId;

    private List<string> Locations { get; } = [];

    private static PeerId AddressOf(int peer) => new([10, (byte)(peer % PeerCount)]);

    private static int IndexOf(in PeerId peer)
    {
        for (int i = 0; i < PeerCount; i++)
        {
            if (AddressOf(i) == peer)
            {
                return i;
            }
        }

        return -1;
    }

    private void Step(ref ScriptReader script)
    {
        int step = script.Next();
        if ((step & PassesTime) != 0)
        {
            Advance(Now + TimeSpan.FromSeconds(1));
        }

        int kind = step & Kind;
        switch (kind)
        {
            case <= Elsewhere:
                StepOfDevice(kind, ref script);
                break;
            case ServerSteps.Identify:
                Identify(script.Next(PeerCount), (script.Next() % 6) switch
                {
                    0 => default,
                    1 => "a"u8,
                    2 => "b"u8,
                    3 => "c"u8,
                    4 => "x"u8,
                    _ => "a2"u8,
                });
                break;
            case ServerSteps.Fail:
                Server.PeerFailed(AddressOf(script.Next()), (PeerFailure)script.Next((int)PeerFailure.SessionClosed + 1), Now);
                break;
            case PassTime:
                Advance(Now + s_spans[script.Next(s_spans.Length)]);
                break;
            case PassDeadlines:
                for (int left = script.Next(8); left >= 0 && Server.NextDeadline is { } next && Violation is null; left--)
                {
                    Pass(next);
                }

                break;
            case ServerSteps.Store when Store is { WaitingCount: > 0 }:
                int write = script.Next();
                Store.End(write >> 2, (write & 3) == 3);
                break;
            case StoreMode when Store is not null:
                int mode = script.Next();
                Store.IsSlow = (mode & 1) != 0;
                Store.Fails = (mode & 6) == 6;
                break;
            case >= Submit and <= Enqueue:
                StepOfProgram(kind, ref script);
                break;
            default:
                AnswerEverything();
                break;
        }

        if ((step & Holds) == 0)
        {
            Drain();
        }
    }

    private void StepOfProgram(int kind, ref ScriptReader script)
    {
        int which = script.Next();
        switch (kind)
        {
            case Submit when DeviceAt(which) is { } device:
                Program.Submit(device, script.Next(), script.Next());
                break;
            case Observe when DeviceAt(which) is { } device:
                Program.Observe(device, script.Next());
                break;
            case CancelOperation:
                Program.CancelOperation(which);
                break;
            case CancelObservation:
                Program.CancelObservation(which);
                break;
            case Remove when DeviceAt(which) is { } device:
                Server.Remove(device);
                break;
            case ServerSteps.Meddle:
                Program.Meddling = which;
                break;
            case Enqueue:
                // Of one that is not registered it waits for that.
                Program.Enqueue(DeviceAt(which)?.Endpoint ?? "a", script.Next(), script.Next());
                break;
            default:
                break;
        }
    }

    private void StepOfDevice(int kind, ref ScriptReader script)
    {
        int choice = script.Next();
        int from = choice & 3;
        switch (kind)
        {
            case Register:
                int options = script.Next();
                string name = s_names[(choice >> 2) % s_names.Length];
                Ask(from, CoapCode.Post, "/rd", $"{(name.Length > 0 ? $"ep={name}" : "")}{Choose(ref script)}", s_links[options % s_links.Length], ContentFormat.LinkFormat);
                break;
            case Update:
                Ask(SenderOf(choice), CoapCode.Post, LocationAt(choice >> 2), Choose(ref script).TrimStart('&'), s_links[script.Next(8) is 0 and var l ? l : 3], ContentFormat.LinkFormat);
                break;
            case Deregister:
                Ask(SenderOf(choice), CoapCode.Delete, LocationAt(choice >> 2), "", [], null);
                break;
            case ServerSteps.Bootstrap:
                Ask(from, CoapCode.Post, "/bs", $"ep={s_names[(choice >> 2) % 5]}{((choice & 128) != 0 ? "&pct=112" : "")}", [], null);
                break;
            case BootstrapPack:
                Ask(from, CoapCode.Get, "/bspack", $"ep={s_names[(choice >> 2) % 5]}", [], null);
                break;
            case Send:
                byte[] pack = s_sends[(choice >> 2) % s_sends.Length];
                Ask(from, CoapCode.Post, "/dp", "", pack, pack is [(byte)'[', ..] ? ContentFormat.SenMLJson : ContentFormat.SenMLCbor);
                break;
            case Answer or WrongAnswer when _requests.Count > 0:
                AnswerOne(choice, script.Next(), script.Next(), isWrong: kind == WrongAnswer);
                break;
            case Notify when _tokens.Count > 0:
                NotifyOne(choice, script.Next(), script.Next());
                break;
            case ServerSteps.Empty:
                (PeerId to, byte[] request) = _requests.Count > 0 ? _requests[(choice >> 3) % _requests.Count] : (AddressOf(from), [0x40, 1, 0, (byte)choice]);
                Arrive(IndexOf(to), [(byte)((choice & 4) != 0 ? 0x70 : 0x60), 0, request[2], request[3]]);
                break;
            case Repeat when _arrived.Count > 0:
                (int again, byte[] datagram) = _arrived[(choice >> 2) % _arrived.Count];
                Arrive((choice & 3) == 3 ? again + 1 : again, datagram);
                break;
            case Damage when _arrived.Count > 0:
                (int damaged, byte[] whole) = _arrived[^1];
                byte[] broken = [.. whole];
                broken[choice % broken.Length] ^= (byte)(1 << script.Next(8));
                broken[script.Next(broken.Length)] = (byte)script.Next();
                Arrive(damaged, broken[..(script.Next() % 4 == 0 ? choice % broken.Length : broken.Length)]);
                break;
            case Bytes:
                Arrive(from, script.Take(script.Next(64)).ToArray());
                break;
            case Elsewhere when _requests.Count > 0:
                // What a device answers comes from where another one is.
                (PeerId _, byte[] asked) = _requests[^1];
                Arrive(from, MakeAnswer(from, asked, CoapCode.Content, isSeparate: (choice & 4) != 0, observe: 1, token: null, block: 0));
                break;
            default:
                break;
        }
    }

    private static string Choose(ref ScriptReader script)
    {
        int choice = script.Next();
        return s_lifetimes[choice % s_lifetimes.Length] + s_versions[(choice >> 3) % s_versions.Length] + s_flags[(choice >> 5) % s_flags.Length];
    }

    // A registration that there is, or was.
    private string LocationAt(int which) => (which & 3) != 3 && DeviceAt(which) is { } device ? $"/rd/{device.Registration.Id}"
        : Locations.Count > 0 ? Locations[^(1 + which % Locations.Count)]
        : "/rd/0";

    // From where that one was registered, or anywhere.
    private int SenderOf(int choice) => (choice & 3) != 3 && DeviceAt(choice >> 2) is { } device ? IndexOf(device.Registration.Peer) : choice >> 6;

    private void Ask(int from, CoapCode code, string path, string query, byte[] payload, ContentFormat? format)
    {
        CoapMessageWriter writer = new(_buffer, CoapType.Confirmable, code, ++_messageId, new CoapToken([(byte)_messageId, (byte)from]));
        foreach (string segment in path[1..].Split('/'))
        {
            writer.Option(CoapOptionNumber.UriPath, Encoding.UTF8.GetBytes(segment));
        }

        if (format is { } known && payload.Length > 0)
        {
            writer.Option(CoapOptionNumber.ContentFormat, (uint)known);
        }

        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            writer.Option(CoapOptionNumber.UriQuery, Encoding.UTF8.GetBytes(part));
        }

        writer.Payload(payload);
        Arrive(from, _buffer[..writer.Finish()]);
    }

    private void AnswerEverything()
    {
        Drain();
        for (int left = 64; _requests.Count > 0 && left > 0 && Violation is null; left--)
        {
            AnswerOne(0, 0, 0x41, isWrong: false);
            Drain();
        }
    }

    private void AnswerOne(int choice, int code, int observe, bool isWrong)
    {
        int place = (choice >> 3) % _requests.Count;
        (PeerId to, byte[] request) = _requests[place];
        if ((choice & 4) == 0)
        {
            _requests.RemoveAt(place);
        }

        CoapToken? token = isWrong && _tokens.Count > 0 && (choice & 1) != 0 ? _tokens[code % _tokens.Count].Token
            : isWrong ? new CoapToken([1, 2, (byte)code])
            : null;
        Arrive(IndexOf(to), MakeAnswer(
            IndexOf(to), request, s_answers[(code & 15) % s_answers.Length], isSeparate: (choice & 2) != 0, (observe & 1) != 0 ? observe >> 1 : null, token, code >> 4));
    }

    // The answer to a request of the server's, of which a block may be one of more.
    private byte[] MakeAnswer(int from, byte[] request, CoapCode code, bool isSeparate, int? observe, CoapToken? token, int block)
    {
        _ = CoapMessage.TryParse(request, out CoapMessage asked, out _);
        bool hasBlock1 = asked.Options.TryGetUInt(CoapOptionNumber.Block1, out uint block1);
        bool hasBlock2 = asked.Options.TryGetUInt(CoapOptionNumber.Block2, out uint block2);
        code = hasBlock1 && (block1 & 8) != 0 && code.IsSuccess ? CoapCode.Continue : code;
        CoapMessageWriter writer = new(
            _buffer, isSeparate ? CoapType.Confirmable : CoapType.Acknowledgement, code, isSeparate ? ++_messageId : asked.MessageId, token ?? asked.Token);
        bool wantsObserve = asked.Options.TryGetUInt(CoapOptionNumber.Observe, out _);
        if (observe is { } number && (wantsObserve || block == 15))
        {
            writer.Option(CoapOptionNumber.Observe, (uint)number);
            if (wantsObserve && code.IsSuccess && token is null)
            {
                Keep(_tokens, (from, asked.Token));
            }
        }

        writer.Option(CoapOptionNumber.ContentFormat, (uint)(block == 14 ? ContentFormat.PlainText : ContentFormat.SenMLCbor));
        bool more = block is > 0 and < 8 && block2 >> 4 < 3;
        if ((hasBlock2 || more) && code == CoapCode.Content)
        {
            writer.Option(CoapOptionNumber.Block2, (block2 >> 4 << 4) | (more ? 8u : 0) | 2);
        }

        if (hasBlock1)
        {
            writer.Option(CoapOptionNumber.Block1, block1);
        }

        writer.Payload(_buffer.AsSpan(1000, code == CoapCode.Content ? more ? 64 : 7 : 0));
        return _buffer[..writer.Finish()];
    }

    private void NotifyOne(int choice, int sequence, int kind)
    {
        (int from, CoapToken token) = _tokens[(choice >> 2) % _tokens.Count];
        bool isConfirmable = (choice & 1) != 0;
        CoapMessageWriter writer = new(
            _buffer, isConfirmable ? CoapType.Confirmable : CoapType.NonConfirmable, s_answers[(kind & 15) == 3 ? 3 : 0], ++_messageId, token);
        if ((kind & 16) == 0)
        {
            writer.Option(CoapOptionNumber.Observe, (uint)sequence);
        }

        writer.Option(CoapOptionNumber.ContentFormat, (uint)ContentFormat.SenMLCbor);
        if ((kind & 32) != 0)
        {
            writer.Option(CoapOptionNumber.Block2, (uint)(kind & 8) | 2);
        }

        writer.Payload([0x80]);
        // The answer to a request may come after the script has taken the device's identity away: it bears the token all the same.
        IsNews = Program.Observations.Exists(observation => observation.IsEstablished && observation.Token == token);
        Arrive((choice & 2) != 0 && (kind & 64) != 0 ? from + 1 : from, _buffer[..writer.Finish()]);
        IsNews = false;
    }

    private void Arrive(int from, byte[] datagram)
    {
        if (datagram.Length > 0)
        {
            Keep(_arrived, (from % PeerCount, datagram));
        }

        _arriving = from % PeerCount;
        Server.Receive(datagram, AddressOf(from), Now);
    }

    // What the server sends is a valid message to somebody who is there; requests are kept to be answered.
    private void Drain()
    {
        int left = 400;
        while (Violation is null && Server.TryTransmit(_buffer, Now, out Transmit transmit))
        {
            ReadOnlySpan<byte> datagram = _buffer.AsSpan(0, transmit.Length);
            _digest.Add(datagram);
            if (IndexOf(transmit.To) < 0 || transmit.Length > s_options.Coap.MaxMessageSize
                || !CoapMessage.TryParse(datagram, out CoapMessage message, out _))
            {
                Fail("what is sent is no message to anybody");
                return;
            }

            if (message.Code.IsRequest)
            {
                byte[] request = datagram.ToArray();
                Keep(_requests, (transmit.To, request));
            }

            if (--left == 0)
            {
                Fail("the messages do not end");
            }
        }
    }

    private static void Keep<T>(List<T> list, T item)
    {
        list.Add(item);
        if (list.Count > KeptMessages)
        {
            list.RemoveAt(0);
        }
    }
}
