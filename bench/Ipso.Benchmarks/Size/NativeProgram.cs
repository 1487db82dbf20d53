using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;

namespace Ipso.Benchmarks.Size;

/// <summary>What a published program consists of.</summary>
/// <param name="Code">
/// The code that was compiled from C#, in bytes: the section of the file that has it, with what lies between methods to align them. The
/// native part of the runtime, which is the same in all programs, is not in it.
/// </param>
/// <param name="File">The whole file, without symbols: code, data, and what the garbage collector and the unwinder know of code.</param>
/// <param name="Methods">The length of each method's code, by its name in the map that the native compiler writes.</param>
internal sealed record NativeProgram(long Code, long File, Dictionary<string, int> Methods)
{
    private const string ManagedCode = "__managedcode";

    internal static NativeProgram Load(string program, string map)
    {
        byte[] file = System.IO.File.ReadAllBytes(program);
        return new(LengthOfSection(file, ManagedCode), file.Length, LoadMethods(map));
    }

    private static Dictionary<string, int> LoadMethods(string map)
    {
        Dictionary<string, int> methods = [];
        foreach (XElement method in XDocument.Load(map).Root!.Elements("MethodCode"))
        {
            // A method and its twin for boxed values have the same name.
            string name = method.Attribute("Name")!.Value;
            methods[name] = methods.GetValueOrDefault(name) + (int)method.Attribute("Length")!;
        }

        return methods;
    }

    // A 64-bit ELF file has the place of its section headers at 40, and their length, their number and which has the names from 58 on.
    private static long LengthOfSection(ReadOnlySpan<byte> file, string name)
    {
        int headers = (int)BinaryPrimitives.ReadInt64LittleEndian(file[40..]);
        int headerLength = BinaryPrimitives.ReadUInt16LittleEndian(file[58..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        int names = BinaryPrimitives.ReadUInt16LittleEndian(file[62..]);
        ReadOnlySpan<byte> texts = file[(int)Place(file[(headers + names * headerLength)..])..];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = file.Slice(headers + i * headerLength, headerLength);
            ReadOnlySpan<byte> text = texts[(int)BinaryPrimitives.ReadUInt32LittleEndian(header)..];
            if (Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]) == name)
            {
                return BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
            }
        }

        throw new InvalidDataException($"The program has no section {name}.");

        static long Place(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt64LittleEndian(header[24..]);
    }
}
