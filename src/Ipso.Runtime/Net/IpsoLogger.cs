using System.Text;

namespace Ipso.Net;

/// <summary>How much an event matters; names and numbers are those of Microsoft.Extensions.Logging.</summary>
public enum IpsoLogLevel
{
    /// <summary>Every step.</summary>
    Trace,

    /// <summary>What helps to find a fault.</summary>
    Debug,

    /// <summary>The course of things.</summary>
    Information,

    /// <summary>Something that is not as it should be, and was dealt with.</summary>
    Warning,

    /// <summary>Something has failed.</summary>
    Error,

    /// <summary>Nothing works any more.</summary>
    Critical,
}

/// <summary>One named value of an event.</summary>
/// <param name="Name">The name in the message's template.</param>
/// <param name="Value">The value.</param>
public readonly record struct IpsoLogArgument(string Name, object? Value);

/// <summary>An event to be logged: a view that ends with the call.</summary>
public readonly ref struct IpsoLogEntry
{
    /// <summary>How much it matters.</summary>
    public required IpsoLogLevel Level { get; init; }

    /// <summary>The event's number, the same in every version.</summary>
    public required int EventId { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>The message with the names of arguments in braces: <c>UDP {Local} serves</c>.</summary>
    public required string Template { get; init; }

    /// <summary>The arguments, in the order in which the template names them.</summary>
    public ReadOnlySpan<IpsoLogArgument> Arguments { get; init; }

    /// <summary>What was thrown.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The message with its arguments.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        var text = new StringBuilder(Template);
        foreach (IpsoLogArgument argument in Arguments)
        {
            text.Replace("{" + argument.Name + "}", argument.Value?.ToString());
        }

        return text.ToString();
    }
}

/// <summary>
/// Where this library logs: what a bridge to Microsoft.Extensions.Logging, or to anything else, derives from. Nothing is logged per
/// datagram above <see cref="IpsoLogLevel.Debug"/>, so that no peer can fill a disk.
/// </summary>
public abstract class IpsoLogger
{
    /// <summary>Logs nothing.</summary>
    public static IpsoLogger None { get; } = new NoLogger();

    /// <summary>Whether events of a level are wanted. Asked before anything is put together.</summary>
    /// <param name="level">The level.</param>
    /// <returns>False to be spared.</returns>
    public abstract bool IsEnabled(IpsoLogLevel level);

    /// <summary>
    /// Takes an event, on the thread where it happened and perhaps under the lock of a host: it must neither block nor throw.
    /// </summary>
    /// <param name="entry">The event.</param>
    public abstract void Log(in IpsoLogEntry entry);

    private sealed class NoLogger : IpsoLogger
    {
        public override bool IsEnabled(IpsoLogLevel level) => false;

        public override void Log(in IpsoLogEntry entry)
        {
        }
    }
}
