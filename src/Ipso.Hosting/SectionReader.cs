using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Ipso.Hosting;

/// <summary>
/// Reads the values of a section by their names, and notes what cannot be read and what has no name that is known. Without reflection, so
/// that trimming and AOT leave it whole.
/// </summary>
/// <param name="section">The section.</param>
/// <param name="faults">Where faults go, a line each.</param>
/// <param name="isSecret">Whether there are keys in it, so that no fault has a value in it: what is in the wrong place may be one.</param>
internal sealed class SectionReader(IConfiguration section, List<string> faults, bool isSecret = false)
{
    private const string HowToWriteTime = "write a time as hh:mm:ss or d.hh:mm:ss, for example 00:05:00 for five minutes";

    private readonly List<string> _names = [];

    /// <summary>The path of the section; empty for the whole configuration.</summary>
    internal string Path { get; } = (section as IConfigurationSection)?.Path ?? "";

    internal string? Text(string name) => Find(name)?.Value;

    internal bool? Flag(string name) =>
        Read(name, "write true or false", static (string text, out bool value) => bool.TryParse(text, out value));

    internal T? Choice<T>(string name)
        where T : struct, Enum =>
        Read(name, $"write {string.Join(", ", Enum.GetNames<T>())}", static (string text, out T value) =>
            Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]));

    internal int? Number(string name) =>
        Read(name, "write a whole number", static (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value));

    // "300" would be 300 days, and whoever writes it means seconds.
    internal TimeSpan? Time(string name) =>
        Read(name, HowToWriteTime, static (string text, out TimeSpan value) =>
            TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && text.Contains(':', StringComparison.Ordinal));

    internal IPEndPoint? EndPoint(string name)
    {
        string? text = Text(name);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (IPEndPoint.TryParse(text, out IPEndPoint? value))
        {
            return value;
        }

        NoteUnreadable(name, text, "write address:port, for example 0.0.0.0:5683 or [::]:5683");
        return null;
    }

    /// <summary>A section below, if there is one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="example">A key that it may have.</param>
    /// <param name="isSecret">Whether there are keys in it.</param>
    internal IConfigurationSection? Below(string name, string example, bool isSecret = false)
    {
        _names.Add(name);
        IConfigurationSection below = section.GetSection(name);
        if (below.Value is { Length: > 0 } text)
        {
            string what = isSecret ? "there" : $"'{text}'";
            faults.Add($"{below.Path}: {what} is a value where keys are expected: write for example {below.Path}:{example}");
            return null;
        }

        return below.Exists() ? below : null;
    }

    /// <summary>Notes keys that nobody has asked for. Of the whole configuration most belong to others.</summary>
    internal void NoteUnknown()
    {
        if (section is not IConfigurationSection)
        {
            return;
        }

        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!_names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                string names = string.Join(", ", _names.Order(StringComparer.Ordinal));
                faults.Add($"{child.Path}: there is no such key: take it away, or write one of {names}");
            }
        }
    }

    private T? Read<T>(string name, string advice, TryParse<T> parse)
        where T : struct
    {
        string? text = Text(name);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (parse(text.Trim(), out T value))
        {
            return value;
        }

        NoteUnreadable(name, text, advice);
        return null;
    }

    private void NoteUnreadable(string name, string text, string advice) =>
        faults.Add($"{section.GetSection(name).Path}: {(isSecret ? "" : $"'{text}' ")}cannot be read: {advice}");

    private IConfigurationSection? Find(string name)
    {
        _names.Add(name);
        IConfigurationSection found = section.GetSection(name);
        if (found.Value is null && found.GetChildren().Any())
        {
            faults.Add($"{found.Path}: there are keys where a value is expected: write the value itself");
        }

        return found;
    }

    private delegate bool TryParse<T>(string text, out T value);
}
