using Ipso.Coap.Engine;

namespace Ipso.Fuzz.Scripts;

/// <summary>A body of a scripted application: ready three times out of four, and perhaps one that breaks off.</summary>
internal sealed class ScriptedBody(ScriptedApplication owner, int length, bool breaks) : ICoapBody
{
    private const int BreaksAt = 200;
    private const int ThrowsAt = 600;

    private int _asked;

    /// <summary>Whether the engine has it, and owes a call of <see cref="Close"/>.</summary>
    internal bool IsLent { get; set; }

    internal int Closed { get; private set; }

    public long? Length => breaks ? null : length;

    public bool IsReady(long offset, int length) => owner.IsReady || ++_asked % 4 != 0;

    public int Read(long offset, Span<byte> destination, out bool isLast)
    {
        isLast = false;
        if (Closed > 0)
        {
            owner.Object("a body is read after it was closed");
        }

        if (offset < 0 || offset > length || (breaks && offset > BreaksAt && offset < ThrowsAt))
        {
            return -1;
        }

        if (breaks && offset >= ThrowsAt)
        {
            owner.Throw();
        }

        int count = (int)Math.Min(length - offset, destination.Length);
        destination[..count].Fill((byte)offset);
        isLast = offset + count == length;
        return count;
    }

    public void Close() => Closed++;
}

/// <summary>A sink of a scripted application, which takes as many bytes as it has room for.</summary>
internal sealed class ScriptedSink(ScriptedApplication owner, int room) : ICoapBodySink
{
    private int _asked;
    private long _taken;

    /// <summary>Whether it was made for a request that a server gets: then the engine owes it an end.</summary>
    internal bool IsOfServer { get; init; }

    /// <summary>Whether the engine has it.</summary>
    internal bool IsLent { get; set; }

    /// <summary>How often it was told that it has all, or will not get the rest.</summary>
    internal int Ended { get; set; }

    public bool IsReady => owner.IsReady || ++_asked % 4 != 0;

    public bool Write(ReadOnlySpan<byte> bytes)
    {
        if (Ended > 0)
        {
            owner.Object("a sink is written to after its end");
        }

        return (_taken += bytes.Length) <= room;
    }

    public void Restart() => _taken = 0;

    public void Abandon() => Ended++;
}
