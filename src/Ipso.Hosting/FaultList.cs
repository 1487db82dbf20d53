using System.Globalization;

namespace Ipso.Hosting;

/// <summary>Notes what is wrong with options, each with where it stands.</summary>
/// <param name="faults">Where faults go, a line each.</param>
/// <param name="path">The section; <see langword="null"/> where only code has set the options.</param>
/// <param name="code">What to call the options then.</param>
internal readonly struct FaultList(List<string> faults, string? path, string code)
{
    /// <summary>What the key is called: <c>Device:Server:Uri</c>, or <c>IpsoDeviceOptions.Server.Uri</c>.</summary>
    internal string Place(string key) => path switch
    {
        null => $"{code}.{key}",
        "" => key,
        _ => $"{path}:{key}",
    };

    /// <summary>The faults of options that are a value of these.</summary>
    /// <param name="section">Their section; <see langword="null"/> where only code has set them.</param>
    /// <param name="key">Their name.</param>
    internal FaultList Below(string? section, string key) => new(faults, section, Place(key));

    /// <summary>What the options themselves are called.</summary>
    internal string Here => path ?? code;

    /// <summary>How many faults there are, of others too.</summary>
    internal int Count => faults.Count;

    internal void Add(string key, string fault) => faults.Add($"{Place(key)}: {fault}");

    internal void AddHere(string fault) => faults.Add($"{Here}: {fault}");

    /// <summary>Sets a value, if there is one, and notes that it cannot be set.</summary>
    /// <param name="to">What it is set in.</param>
    /// <param name="key">Its name.</param>
    /// <param name="value">The value; <see langword="null"/> to leave it as it is.</param>
    /// <param name="set">Sets it; an <see cref="ArgumentException"/> where it makes no sense.</param>
    /// <param name="advice">What to write instead.</param>
    /// <returns>What it is set in then.</returns>
    internal TOptions Set<TOptions, TValue>(
        TOptions to, string key, TValue? value, Func<TOptions, TValue, TOptions> set, string advice)
        where TValue : struct
    {
        if (value is not { } v)
        {
            return to;
        }

        try
        {
            return set(to, v);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            Add(key, string.Create(CultureInfo.InvariantCulture, $"'{v}' is out of range: {advice}"));
            return to;
        }
    }

    /// <summary>
    /// What an exception says of a file that a value names. Where there is no such file the value is not said: it may be the key itself.
    /// </summary>
    internal static string Say(Exception e, string path)
    {
        if (!File.Exists(path))
        {
            return "there is no such file, or it may not be read";
        }

        string said = (e is ArgumentException argument ? Say(argument) : e.Message).TrimEnd('.');
        return said.Contains(path, StringComparison.Ordinal) ? said : $"'{path}': {said}";
    }

    /// <summary>What an exception says, without the name of a parameter that nobody knows here.</summary>
    internal static string Say(ArgumentException e) =>
        e.ParamName is { } name ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message;
}
