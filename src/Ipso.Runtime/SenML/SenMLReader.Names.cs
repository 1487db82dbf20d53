using Ipso.Buffers;

namespace Ipso.SenML;

// Names: base name and name, put together in the caller's buffer and held against RFC 8428, 4.5.1.
public ref partial struct SenMLReader
{
    private static readonly AsciiSet s_nameCharacters =
        new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:./_"u8);

    private bool TrySetBaseName(scoped in SenMLText baseName)
    {
        _baseNameLength = 0;
        // A text with escapes has to fit with them, and one in chunks with their heads.
        if (baseName.MaxLength > _names.Length || !baseName.TryAssemble(_names, out _baseNameLength))
        {
            return Fail(SenMLReason.NameTooLong);
        }

        return IsOfNameCharacters(_names[.._baseNameLength]) || Fail(SenMLReason.InvalidName);
    }

    private bool TryResolveName(out ReadOnlySpan<byte> name)
    {
        if (_baseNameLength == 0 && _name.TryGetUtf8(out name))
        {
            // The usual name of a pack without a base name stays where it lies.
        }
        else if (_name.MaxLength <= _names.Length - _baseNameLength && _name.TryAssemble(_names[_baseNameLength..], out int length))
        {
            name = _names[..(_baseNameLength + length)];
        }
        else
        {
            name = default;
            return Fail(SenMLReason.NameTooLong);
        }

        if (name.IsEmpty)
        {
            return Fail(SenMLReason.EmptyName);
        }

        // The base name was looked through when it was set.
        ReadOnlySpan<byte> added = name[_baseNameLength..];
        return CanBeginName(name[0]) && IsOfNameCharacters(added) || Fail(SenMLReason.InvalidName);
    }

    internal static bool CanBeginName(byte first) => char.IsAsciiLetterOrDigit((char)first) || first == '/';

    internal static bool IsOfNameCharacters(ReadOnlySpan<byte> name) => s_nameCharacters.HasAll(name);
}
