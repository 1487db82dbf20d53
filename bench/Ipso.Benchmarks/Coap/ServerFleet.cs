namespace Ipso.Benchmarks.Coap;

/// <summary>The servers that are measured.</summary>
internal sealed class ServerFleet : IDisposable
{
    internal ServerProcess Plain { get; } = ServerProcess.StartOurs(ServerPrograms.Plain);

    internal ServerProcess Batched { get; } = ServerProcess.StartOurs(ServerPrograms.Batched);

    internal ServerProcess Segmented { get; } = ServerProcess.StartOurs(ServerPrograms.Segmented);

    internal ServerProcess Tcp { get; } = ServerProcess.StartOurs(ServerPrograms.Tcp);

    internal ServerProcess Echo { get; } = ServerProcess.StartOurs(ServerPrograms.Echo);

    internal ServerProcess EchoBatched { get; } = ServerProcess.StartOurs(ServerPrograms.EchoBatched);

    internal ServerProcess EchoSegmented { get; } = ServerProcess.StartOurs(ServerPrograms.EchoSegmented);

    /// <summary>libcoap's, over UDP and TCP; null if it is not installed.</summary>
    internal ServerProcess? Libcoap { get; } = ServerProcess.TryStartLibcoap();

    public void Dispose()
    {
        foreach (ServerProcess? server in (ServerProcess?[])[Plain, Batched, Segmented, Tcp, Echo, EchoBatched, EchoSegmented, Libcoap])
        {
            server?.Dispose();
        }
    }
}
