using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Keeps what is logged, as lines. To be read when nothing more is.</summary>
internal sealed class MemoryLogger : IpsoLogger
{
    public List<string> Lines { get; } = [];

    public override bool IsEnabled(IpsoLogLevel level) => level >= IpsoLogLevel.Debug;

    public override void Log(in IpsoLogEntry entry)
    {
        lock (Lines)
        {
            Lines.Add($"{entry.Level} {entry.EventId} {entry.EventName} {entry.ToString()}");
        }
    }
}
