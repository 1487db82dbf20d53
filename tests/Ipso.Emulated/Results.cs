using Xunit.Abstractions;

namespace Ipso.Emulated;

/// <summary>Counts what the test framework says, and says what failed.</summary>
internal sealed class Results : LongLivedMarshalByRefObject, IMessageSink
{
    internal List<ITestCase> Discovered { get; } = [];

    internal int Passed { get; private set; }

    internal int Failed { get; private set; }

    internal int Skipped { get; private set; }

    /// <summary>Whether discovery, or the run, is over.</summary>
    internal ManualResetEventSlim Finished { get; } = new();

    public bool OnMessage(IMessageSinkMessage message)
    {
        // Classes run side by side.
        lock (Discovered)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage discovered:
                    Discovered.Add(discovered.TestCase);
                    break;
                case ITestPassed:
                    Passed++;
                    break;
                case ITestSkipped:
                    Skipped++;
                    break;
                case ITestFailed failed:
                    Fail(failed.Test.DisplayName, failed);
                    break;
                case IFailureInformation failure:
                    Fail(message.GetType().Name, failure);
                    break;
                case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                    Finished.Set();
                    break;
                default:
                    break;
            }
        }

        return true;
    }

    private void Fail(string what, IFailureInformation failure)
    {
        Failed++;
        Console.WriteLine($"Failed {what}\n  {string.Join("\n  ", failure.Messages)}\n{string.Join('\n', failure.StackTraces)}");
    }
}
