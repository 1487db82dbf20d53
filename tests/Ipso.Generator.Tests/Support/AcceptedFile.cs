namespace Ipso.Tests.Support;

/// <summary>
/// A text that was accepted, in a file <c>NAME.verified.cs</c>. What differs is left beside as <c>NAME.received.cs</c>; with
/// <c>IPSO_ACCEPT=1</c> it becomes the accepted one.
/// </summary>
internal static class AcceptedFile
{
    /// <summary>What to do about differences.</summary>
    internal const string Advice = "Compare, and accept with IPSO_ACCEPT=1:\n";

    private static readonly bool s_isAccepting = Environment.GetEnvironmentVariable("IPSO_ACCEPT") == "1";

    /// <summary>Compares a text with the accepted one.</summary>
    /// <param name="path">The files' path and name.</param>
    /// <param name="text">The text; <see langword="null"/> where there is none any more.</param>
    /// <returns>What differs, for a message; <see langword="null"/> where nothing does.</returns>
    internal static string? Compare(string path, string? text)
    {
        string verified = path + ".verified.cs";
        string received = path + ".received.cs";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(received);
        if (text is not null && File.Exists(verified) && File.ReadAllText(verified) == text)
        {
            return null;
        }

        if (!s_isAccepting)
        {
            File.WriteAllText(received, text ?? "");
            return text is null ? $"{Path.GetFileName(path)} is there no more" : received;
        }

        if (text is null)
        {
            File.Delete(verified);
        }
        else
        {
            File.WriteAllText(verified, text);
        }

        return null;
    }
}
