using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Testing;

namespace Ipso.Server.Remote.Tests;

/// <summary>A device that answers every request with what a test has prepared, right or wrong.</summary>
internal sealed class ScriptedDevice : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _end = new();
    private readonly IPEndPoint _server;
    private readonly Task _work;
    private byte[] _observing = [];
    private ushort _messageId = 1000;

    internal ScriptedDevice(Loopback net, string endpoint = "scripted", string links = "</3303/0>,</32769/0>")
    {
        _server = net.Server.LocalEndPoint;
        byte[] register = CoapDatagram.Con(CoapCode.Post, 1).Path("/rd").Query("ep=" + endpoint).Query("lwm2m=1.1")
            .ContentFormat(ContentFormat.LinkFormat).Payload(links).ToArray();
        _socket.Send(register, _server);
        _work = AnswerAsync();
    }

    /// <summary>The format of answers; null for none.</summary>
    internal ContentFormat? Format { get; set; } = ContentFormat.SenMLJson;

    /// <summary>The payload of answers.</summary>
    internal byte[] Payload { get; set; } = [];

    /// <summary>Sends a notification with the payload.</summary>
    internal Task NotifyAsync(uint sequence) => SendAsync(
        CoapDatagram.Non(CoapCode.Content, _messageId++).Token(Convert.ToHexString(_observing)).Observe(sequence).ContentFormat(Format).Payload(Payload));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                UdpReceiveResult received = await _socket.ReceiveAsync(_end.Token);
                if (IsRequest(received.Buffer, out bool observes))
                {
                    CoapDatagram answer = CoapDatagram.AnswerTo(received.Buffer, CoapCode.Content);
                    await SendAsync((observes ? answer.Observe(1) : answer).ContentFormat(Format).Payload(Payload));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private bool IsRequest(byte[] datagram, out bool observes)
    {
        observes = false;
        if (!CoapMessage.TryParse(datagram, out CoapMessage message, out _) || message.Type != CoapType.Confirmable)
        {
            return false;
        }

        observes = message.Options.TryGetUInt(CoapOptionNumber.Observe, out uint observe) && observe == 0;
        _observing = observes ? message.TokenBytes.ToArray() : _observing;
        return true;
    }

    private async Task SendAsync(CoapDatagram datagram) => await _socket.SendAsync(datagram.ToArray(), _server, CancellationToken.None);
}
