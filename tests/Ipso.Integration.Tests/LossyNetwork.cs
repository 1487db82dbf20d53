using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Ipso.Integration.Tests;

/// <summary>
/// A network namespace of its own, whose loopback loses a share of all UDP datagrams by nftables. It belongs to a thread: what is opened,
/// and what is started, inside <see cref="RunAsync"/> is in it. It has no name that could be left behind: the kernel ends it with the
/// thread and the sockets, however the test goes.
/// </summary>
internal sealed partial class LossyNetwork : IDisposable
{
    /// <summary>The name for <see cref="PeerFactAttribute"/>.</summary>
    internal const string Name = "a network namespace";

    private const int NewNetwork = 0x4000_0000; // CLONE_NEWNET
    private static readonly Lazy<string?> s_whyNot = new(Try);

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <param name="percent">How many datagrams of a hundred are lost.</param>
    /// <param name="mtu">The longest IP packet, in bytes; longer datagrams go in fragments. 68 to 65,536.</param>
    internal LossyNetwork(int percent, int mtu = 65_536)
    {
        TaskCompletionSource entered = new();
        _thread = new Thread(() => Live(percent, mtu, entered)) { IsBackground = true, Name = "lossy network" };
        _thread.Start();
        entered.Task.GetAwaiter().GetResult();
    }

    /// <summary>The reason to skip; null where there can be one.</summary>
    internal static string? WhyNot() => s_whyNot.Value;

    /// <summary>Runs something whose every step is in the namespace, those behind an await as well.</summary>
    internal Task RunAsync(Func<Task> what)
    {
        TaskCompletionSource<Task> begun = new();
        _work.Add(() => begun.SetResult(what()));
        return begun.Task.Unwrap();
    }

    /// <summary>How many datagrams have been lost so far; to be asked inside the namespace.</summary>
    internal static int Lost() =>
        int.Parse(Packets().Match(Run("nft", "list ruleset", "")).Groups[1].Value, CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private static string? Try()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "A network namespace takes Linux, and root.";
        }

        if (Peer.Find("nft") is null || Peer.Find("ip") is null)
        {
            return "nft or ip is not installed (Debian and Ubuntu: apt-get install nftables iproute2).";
        }

        try
        {
            new LossyNetwork(percent: 1).Dispose();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private void Live(int percent, int mtu, TaskCompletionSource entered)
    {
        try
        {
            Enter(percent, mtu);
            entered.SetResult();
        }
        catch (InvalidOperationException e)
        {
            entered.SetException(e);
            return;
        }

        SynchronizationContext.SetSynchronizationContext(new Context(_work));
        foreach (Action action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }

    private static void Enter(int percent, int mtu)
    {
        if (Unshare(NewNetwork) != 0)
        {
            throw new InvalidOperationException($"There is no network namespace to be had: error {Marshal.GetLastPInvokeError()}.");
        }

        Run("ip", $"link set lo mtu {mtu} up", "");
        // An empty datagram is no CoAP: UdpHost wakes its thread by one to itself, which on a loopback alone crosses no network.
        Run("nft", "-f -", $$"""
            table inet loss {
                chain arriving {
                    type filter hook input priority 0;
                    udp length > 8 numgen random mod 100 < {{percent}} counter drop
                }
            }
            """);
    }

    // A process belongs to the namespace of the thread that starts it.
    private static string Run(string program, string arguments, string input)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {arguments} does not work here: {error.Split('\n')[0]}");
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unshare(int flags);

    [GeneratedRegex("counter packets ([0-9]+)")]
    private static partial Regex Packets();

    private sealed class Context(BlockingCollection<Action> work) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => work.Add(() => d(state));
    }
}
