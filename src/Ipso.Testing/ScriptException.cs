namespace Ipso.Testing;

/// <summary>
/// A script has met something other than what it expects. The message says what, and shows what has gone over the network.
/// </summary>
public sealed class ScriptException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ScriptException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was expected, and what was met.</param>
    public ScriptException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was expected, and what was met.</param>
    /// <param name="innerException">What has led to it.</param>
    public ScriptException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
