using System.Buffers.Text;

namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>The names of an Object Instance's records, relative to its base name: <c>6</c> or <c>6/0</c>.</summary>
internal static class PlainName
{
    internal static bool TryParse(ReadOnlySpan<byte> name, out int resource, out int instance)
    {
        instance = -1;
        if (!Utf8Parser.TryParse(name, out resource, out int used))
        {
            return false;
        }

        if (used == name.Length)
        {
            return true;
        }

        name = name[used..];
        return name[0] == '/' && Utf8Parser.TryParse(name[1..], out instance, out used) && used == name.Length - 1;
    }

    /// <summary>The names of a multiple resource's first instances, made once.</summary>
    internal static string[] OfInstances(int resource) => [.. Enumerable.Range(0, 16).Select(instance => $"{resource}/{instance}")];
}
