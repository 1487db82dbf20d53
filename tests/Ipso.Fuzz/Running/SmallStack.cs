using System.Runtime.ExceptionServices;

namespace Ipso.Fuzz.Running;

/// <summary>
/// A thread with as little stack as a small device gives one: a decoder that goes as deep as its input nests ends the process there, not
/// only where the input is longer than any here.
/// </summary>
internal static class SmallStack
{
    private const int Bytes = 256 * 1024;

    /// <summary>Does work on such a thread.</summary>
    internal static T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? thrown = null;
        Thread thread = new(
            () =>
            {
                try
                {
                    result = work();
                }
                // Thrown again where it is awaited.
                catch (Exception exception)
                {
                    thrown = ExceptionDispatchInfo.Capture(exception);
                }
            },
            Bytes);
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return result;
    }
}
