using System.Text;

namespace Ipso.Server.Stores;

/// <summary>What the forms have in common in which a server's records are bytes: the first byte is the version of the form.</summary>
internal static class RecordBytes
{
    // Longer than any that there can be: what is stored is read by whoever has the file.
    private const int MaxItems = 1 << 20;

    internal static byte[] Write(byte version, Action<BinaryWriter> write)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write(version);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads a record.</summary>
    /// <typeparam name="T">What it is of.</typeparam>
    /// <param name="data">What was written.</param>
    /// <param name="version">The version of the form.</param>
    /// <param name="read">Reads what is behind it; throws where it makes no sense.</param>
    /// <returns><see langword="null"/> where it cannot be read: it is damaged, or of a later version.</returns>
    internal static T? TryRead<T>(ReadOnlyMemory<byte> data, byte version, Func<BinaryReader, T?> read)
        where T : class
    {
        try
        {
            using BinaryReader reader = new(new MemoryStream(data.ToArray()), Encoding.UTF8);
            return reader.ReadByte() == version ? read(reader) : null;
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    internal static void WriteCounted(this BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    internal static void WriteOptional(this BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
        {
            writer.Write(text);
        }
    }

    /// <summary>Reads the number of what follows, which is no more than could be there.</summary>
    internal static int ReadCount(this BinaryReader reader)
    {
        int count = reader.Read7BitEncodedInt();
        return count is >= 0 and <= MaxItems ? count : throw new FormatException("A count is out of range.");
    }

    internal static byte[] ReadCounted(this BinaryReader reader)
    {
        int length = reader.ReadCount();
        byte[] bytes = reader.ReadBytes(length);
        return bytes.Length == length ? bytes : throw new FormatException("It is cut off.");
    }

    internal static string? ReadOptional(this BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}
