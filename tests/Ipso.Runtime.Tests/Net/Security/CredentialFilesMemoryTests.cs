using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Tests.Net.Security;

/// <summary>What is read of a key is cleared: it is looked for in all the memory of the process.</summary>
[Trait("Category", "Security")]
public sealed class CredentialFilesMemoryTests
{
    private const int Length = 64;
    private const int Piece = 1 << 20;
    private const byte Mask = 0xa5;

    [LinuxFact]
    public unsafe void Nothing_of_a_key_file_is_left_in_memory_but_the_key()
    {
        string path = Path.GetTempFileName();
        byte* text = (byte*)NativeMemory.Alloc(Length);
        byte[] masked = new byte[Length];
        try
        {
            // Nothing here but the file has the text: what it is looked for by is masked.
            Span<byte> written = new(text, Length);
            for (int i = 0; i < Length; i++)
            {
                written[i] = (byte)"0123456789abcdef"[RandomNumberGenerator.GetInt32(16)];
                masked[i] = (byte)(written[i] ^ Mask);
            }

            File.WriteAllBytes(path, written);
            Assert.NotEqual(0, CountInMemory(masked));
            written.Clear();
            Assert.Equal(0, CountInMemory(masked));
            PreSharedKeyCredentials read = CredentialFiles.ReadPreSharedKey("node-7", path);
            Assert.Equal(Length / 2, read.Key.Length);
            Assert.Equal(0, CountInMemory(masked));
        }
        finally
        {
            NativeMemory.Free(text);
            File.Delete(path);
        }
    }

    // Pieces overlap, so that the text is not cut; whatever is there twice is counted twice.
    private static unsafe int CountInMemory(ReadOnlySpan<byte> masked)
    {
        int found = 0;
        byte* piece = (byte*)NativeMemory.AllocZeroed(Piece);
        using FileStream memory = new("/proc/self/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        foreach (string line in File.ReadAllLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' ');
            if (!parts[1].StartsWith("rw", StringComparison.Ordinal))
            {
                continue;
            }

            long[] range = [.. parts[0].Split('-').Select(static end => long.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            for (long at = range[0]; at < range[1]; at += Piece - Length + 1)
            {
                int size = (int)Math.Min(Piece, range[1] - at);

                // The piece is in memory itself, and what was in it before has been counted.
                NativeMemory.Clear(piece, Piece);
                if (TryRead(memory, at, new Span<byte>(piece, size), out int read))
                {
                    found += Count(new ReadOnlySpan<byte>(piece, read), masked);
                }
            }
        }

        NativeMemory.Clear(piece, Piece);
        NativeMemory.Free(piece);
        return found;
    }

    // What the process has given back meanwhile is not there to be read.
    private static bool TryRead(FileStream memory, long at, Span<byte> piece, out int read)
    {
        try
        {
            read = RandomAccess.Read(memory.SafeFileHandle, piece, at);
            return true;
        }
        catch (IOException)
        {
            read = 0;
            return false;
        }
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> masked)
    {
        int found = 0;
        byte first = (byte)(masked[0] ^ Mask);
        for (int at = bytes.IndexOf(first); at >= 0 && at + masked.Length <= bytes.Length;)
        {
            int same = 1;
            while (same < masked.Length && (byte)(bytes[at + same] ^ Mask) == masked[same])
            {
                same++;
            }

            found += same == masked.Length ? 1 : 0;
            int next = bytes[(at + 1)..].IndexOf(first);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return found;
    }
}
