using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

/// <summary>A server that devices register with, at coaps, and that asks them over the session that they have opened.</summary>
internal sealed class ManagementServer : ICoapRequestHandler, IAsyncDisposable
{
    private readonly CoapEndpoint _endpoint;
    private readonly UdpHost _host;
    private readonly List<Device> _devices = [];
    private readonly Dictionary<ExchangeId, TaskCompletionSource<string>> _asked = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

    internal ManagementServer(OpenSslSecurity security, int port = 0, MessageProtection? protection = null)
    {
        _endpoint = new(new CoapEndpointOptions { Protection = protection }, new SystemRandomSource(), this);
        _host = new(
            _endpoint,
            new UdpHostOptions { Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, port)) { Security = security }] },
            _ => TakeEvents());
    }

    /// <summary>What answers an Update.</summary>
    internal CoapCode UpdateAnswer { get; set; } = CoapCode.Changed;

    internal int Port => _host.LocalEndPoint.Port;

    internal string Uri => $"coaps://127.0.0.1:{Port}";

    internal SecurityCounters Counters => _host.Security!.Counters;

    /// <summary>Waits until so many requests to <c>/rd</c> have come.</summary>
    internal Task Reach(int count) => _host.Invoke((server: this, count), static (call, _) =>
    {
        if (call.server._devices.Count >= call.count)
        {
            return Task.CompletedTask;
        }

        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        call.server._waiting.Add((call.count, reached));
        return reached.Task;
    });

    internal Device[] Devices => _host.Invoke(this, static (server, _) => server._devices.ToArray());

    /// <summary>Reads from the device that was heard of last.</summary>
    internal Task<string> Read(string path) => _host.Invoke((server: this, path), static (call, _) =>
    {
        TaskCompletionSource<string> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CoapRequestHead head = new() { Method = CoapCode.Get, Path = call.path, Accept = ContentFormat.PlainText };
        call.server._asked.Add(call.server._endpoint.Request(call.server._devices[^1].Peer, head), answered);
        return answered.Task;
    });

    /// <summary>Whether the session of the device that was heard of last is a resumed one.</summary>
    internal bool IsResumed => _host.Invoke(
        this, static (server, _) => Sessions.Of(server._host.Security!, server._devices[^1].Peer).IsResumed);

    /// <summary>Ends the session of the device that was heard of last.</summary>
    internal void Close() => _host.Invoke(
        this, static (server, now) => server._host.Security!.Close(server._devices[^1].Peer, now));

    public void Handle(in CoapRequest request, ref CoapResponse response)
    {
        StringBuilder query = new();
        foreach (ReadOnlySpan<byte> part in request.UriQuery)
        {
            query.Append('&').Append(Encoding.UTF8.GetString(part));
        }

        _devices.Add(new(request.From, _host.FindIdentity(request.From), request.Code, query.ToString()));
        if (request.Code == CoapCode.Post && CountOf(request.UriPath) == 1)
        {
            response.Code = CoapCode.Created;
            response.AddLocationPath("rd"u8);
            response.AddLocationPath("1"u8);
        }
        else
        {
            response.Code = request.Code == CoapCode.Delete ? CoapCode.Deleted : UpdateAnswer;
        }

        foreach ((int count, TaskCompletionSource reached) in _waiting.ToArray())
        {
            if (_devices.Count >= count)
            {
                reached.TrySetResult();
            }
        }
    }

    private static int CountOf(CoapOptionValues values)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> _ in values)
        {
            count++;
        }

        return count;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private void TakeEvents()
    {
        while (_endpoint.TryTakeEvent(out CoapEvent e))
        {
            if (_asked.Remove(e.Exchange, out TaskCompletionSource<string>? answered))
            {
                answered.TrySetResult(e.HasMessage ? Encoding.UTF8.GetString(e.Message.Payload) : e.Kind.ToString());
            }
        }
    }

    internal readonly record struct Device(PeerId Peer, PeerIdentity? Identity, CoapCode Method, string Query);
}
