namespace Ipso.Coap.Engine;

/// <summary>Calls into bodies and sinks of the application: whatever they throw, the engine goes on.</summary>
internal static class BodyCalls
{
#pragma warning disable CA1031 // The application's faults are counted and end the transfer, not the endpoint.
    /// <summary>Reads a piece; -1 if the body cannot give it.</summary>
    public static int Read(ICoapBody body, long offset, Span<byte> destination, out bool isLast, CoapCounters counters)
    {
        try
        {
            int count = body.Read(offset, destination, out isLast);
            return count < 0 || count > destination.Length || (!isLast && count < destination.Length) ? -1 : count;
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
            isLast = true;
            return -1;
        }
    }

    /// <summary>Whether a body has the bytes at hand; one that throws is asked for them, and fails there.</summary>
    public static bool IsReady(ICoapBody body, long offset, int length)
    {
        try
        {
            return body.IsReady(offset, length);
        }
        catch (Exception)
        {
            return true;
        }
    }

    /// <summary>Whether a sink takes a block now; one that throws is given it, and fails there.</summary>
    public static bool IsReady(ICoapBodySink sink)
    {
        try
        {
            return sink.IsReady;
        }
        catch (Exception)
        {
            return true;
        }
    }

    public static bool Write(ICoapBodySink sink, ReadOnlySpan<byte> bytes, CoapCounters counters)
    {
        try
        {
            return sink.Write(bytes);
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
            return false;
        }
    }

    public static void Close(ICoapBody? body, CoapCounters counters)
    {
        try
        {
            body?.Close();
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
        }
    }

    public static void Restart(ICoapBodySink? sink, CoapCounters counters)
    {
        try
        {
            sink?.Restart();
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
        }
    }

    public static void Abandon(ICoapBodySink? sink, CoapCounters counters)
    {
        try
        {
            sink?.Abandon();
        }
        catch (Exception)
        {
            counters.HandlerFaults++;
        }
    }
#pragma warning restore CA1031
}
