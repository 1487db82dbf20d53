namespace Ipso.Fuzz.Scripts;

/// <summary>Reads any bytes as a script: each choice is a byte, and behind the end all are zero.</summary>
internal ref struct ScriptReader(ReadOnlySpan<byte> script)
{
    private ReadOnlySpan<byte> _rest = script;

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    internal int Next()
    {
        if (_rest.IsEmpty)
        {
            return 0;
        }

        int next = _rest[0];
        _rest = _rest[1..];
        return next;
    }

    internal int Next(int end) => Next() % end;

    /// <summary>As many bytes as there are, at most a length.</summary>
    internal ReadOnlySpan<byte> Take(int length)
    {
        ReadOnlySpan<byte> taken = _rest[..Math.Min(length, _rest.Length)];
        _rest = _rest[taken.Length..];
        return taken;
    }
}
