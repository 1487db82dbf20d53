using Ipso.Benchmarks.Harness;
using Ipso.Dtls;
using Ipso.Net.Security;

namespace Ipso.Benchmarks.Security;

/// <summary>Messages go from a client to a server of ours: the result is the sum of the lengths that arrive.</summary>
internal readonly struct RecordCycle : IOperation
{
    internal const int Length = 100;
    internal const int Count = 16;

    private readonly SecuritySession _client;
    private readonly SecuritySession _server;
    private readonly byte[] _message = new byte[Length];
    private readonly byte[] _datagram = new byte[2048];
    private readonly byte[] _received = new byte[2048];

    internal RecordCycle(DtlsCiphers ciphers)
    {
        DtlsOptions options = DtlsSessions.Server with { Ciphers = ciphers };
        (_client, _server) = DtlsSessions.Open(new OpenSslSecurity(options), new OpenSslSecurity(options), DtlsSessions.Key);
    }

    public int Run()
    {
        int sum = 0;
        for (int i = 0; i < Count; i++)
        {
            int length = _client.Protect(_message, _datagram, DtlsSessions.Now);
            _server.Receive(_datagram.AsSpan(0, length), _received, DtlsSessions.Now, out int received);
            sum += received;
        }

        return sum;
    }
}

/// <summary>The same by OpenSSL called from C.</summary>
internal readonly unsafe struct NativeRecordCycle(nint run, nint pair) : IOperation
{
    public int Run() => ((delegate* unmanaged<nint, int, int, int>)run)(pair, RecordCycle.Length, RecordCycle.Count);
}

/// <summary>A stranger's ClientHello is answered with a cookie: the result is the length of the answer.</summary>
internal readonly struct CookieCycle : IOperation
{
    private readonly DatagramSecurity _server = new OpenSslSecurity(DtlsSessions.Server);
    private readonly byte[] _hello;
    private readonly byte[] _reply = new byte[512];

    public CookieCycle()
    {
        using OpenSslSecurity asking = new();
        using SecuritySession client = asking.Connect(DtlsSessions.Address(0), DtlsSessions.Key, [], DtlsSessions.Now);
        client.TryTransmit(_reply, DtlsSessions.Now, out int length);
        _hello = _reply[..length];
    }

    public int Run()
    {
        _server.Inspect(_hello, DtlsSessions.Address(1), true, DtlsSessions.Now, _reply, out int length, out _);
        return length;
    }
}
