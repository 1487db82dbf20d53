using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Ipso.Buffers;
using Ipso.Coap;

namespace Ipso.Tests.Architecture;

/// <summary>
/// Nothing depends on the order in which a machine keeps the bytes of a number: proved over the methods of the built assembly, of which none
/// but those named here sees a number as bytes or bytes as a number by way of memory. All others say the order that they mean
/// (<see cref="BinaryPrimitives"/>) or go through those.
/// </summary>
public class ByteOrderTests
{
    // What sees memory as another type, in the machine's order.
    private static readonly string[] s_reinterpreting =
    [
        "System.Runtime.CompilerServices.Unsafe::ReadUnaligned", "System.Runtime.CompilerServices.Unsafe::WriteUnaligned",
        "System.Runtime.CompilerServices.Unsafe::Read", "System.Runtime.CompilerServices.Unsafe::Write",
        "System.Runtime.CompilerServices.Unsafe::AsPointer", "System.Runtime.CompilerServices.Unsafe::AsRef",
        "System.Runtime.CompilerServices.Unsafe::As", "System.Runtime.CompilerServices.Unsafe::BitCast",
        "System.Runtime.InteropServices.MemoryMarshal::Read", "System.Runtime.InteropServices.MemoryMarshal::Write",
        "System.Runtime.InteropServices.MemoryMarshal::TryRead", "System.Runtime.InteropServices.MemoryMarshal::TryWrite",
        "System.Runtime.InteropServices.MemoryMarshal::AsRef", "System.Runtime.InteropServices.MemoryMarshal::AsBytes",
        "System.Runtime.InteropServices.MemoryMarshal::Cast",
        "System.BitConverter::ToInt16", "System.BitConverter::ToUInt16", "System.BitConverter::ToInt32", "System.BitConverter::ToUInt32",
        "System.BitConverter::ToInt64", "System.BitConverter::ToUInt64", "System.BitConverter::ToHalf", "System.BitConverter::ToSingle",
        "System.BitConverter::ToDouble", "System.BitConverter::ToChar", "System.BitConverter::GetBytes",
        "System.BitConverter::TryWriteBytes", "System.BitConverter::IsLittleEndian",
    ];

    // Lanes of a vector as wider or narrower ones.
    private const string ReinterpretingVector = "System.Runtime.Intrinsics.Vector128::As";

    private static readonly string[] s_mayReinterpret =
    [
        // Ask for the machine's order and turn what it would put down the wrong way round.
        "Ipso.Buffers.Unchecked::LoadLittle", "Ipso.Buffers.Unchecked::StoreLittle", "Ipso.Buffers.Unchecked::StoreBig",
        // Take characters and put down bytes, both as they lie: the first stays the first in either order.
        "Ipso.Buffers.AsciiText::Write16", "Ipso.Buffers.AsciiText::Write8To15", "Ipso.Buffers.AsciiText::Write4To7",
        "Ipso.Buffers.AsciiText::Write1To3", "Ipso.Buffers.AsciiText::OthersIn", "Ipso.Buffers.AsciiText::Load4",
        "Ipso.Buffers.AsciiText::Compare16", "Ipso.Buffers.AsciiText::IsAt4To7",
        // Looks at bytes as bytes with a sign.
        "Ipso.Lwm2m.Codecs.UsualSenMLJson::LookAtAscii",
        // Keeps bytes as they lie, and gives them as they lie.
        "Ipso.Coap.Opaque8::.ctor", "Ipso.Coap.Opaque8::get_Bytes",
        // Puts two ids in a word, and takes them out, in the order in which they lie: nobody else sees the word.
        "Ipso.Lwm2m.ObjectLink::get_Packed", "Ipso.Lwm2m.ObjectLink::Unpack",
        // Rents room for records as bytes: what is put there as a record is read as a record, and nobody looks at its bytes.
        "Ipso.Lwm2m.Codecs.RecordList::Grow",
        // A number for the system's own call, in the machine's order as the system wants it.
        "Ipso.Net.LinuxErrorQueue::Switch",
    ];

    private static readonly Dictionary<string, int> s_widths = new()
    {
        ["System.Char"] = 2, ["System.UInt16"] = 2, ["Ipso.Coap.ContentFormat"] = 2,
        ["System.Int64"] = 8, ["System.UInt64"] = 8, ["System.Double"] = 8,
        ["System.ReadOnlyMemory`1"] = 16,
    };

    [Fact]
    public void None_but_those_named_sees_numbers_as_bytes_in_the_machines_order()
    {
        Use[] uses = [.. Uses().Where(use => IsReinterpreting(use) && !IsOfOneWidth(use))];
        string[] violations = [.. uses.Where(use => !s_mayReinterpret.Contains(use.Method)).Select(use => use.ToString())];
        Assert.True(violations.Length == 0, string.Join('\n', violations));
        // Nor does a method stay on the list that no longer needs to.
        Assert.Empty(s_mayReinterpret.Except(uses.Select(use => use.Method)));
    }

    [Fact]
    public void Those_that_store_numbers_ask_for_the_machines_order_and_turn_them()
    {
        foreach (IGrouping<int, Use> method in Uses().Where(use => use.Method.StartsWith("Ipso.Buffers.Unchecked::", StringComparison.Ordinal))
            .GroupBy(use => use.Token))
        {
            string[] members = [.. method.Select(use => use.Member)];
            if (members.Contains("System.Runtime.CompilerServices.Unsafe::WriteUnaligned"))
            {
                Assert.Contains("System.BitConverter::IsLittleEndian", members);
                Assert.Contains("System.Buffers.Binary.BinaryPrimitives::ReverseEndianness", members);
            }
        }
    }

    [Fact]
    public void No_type_lays_its_fields_over_one_another_and_nothing_has_a_pointer()
    {
        Type[] types = [.. typeof(CoapMessage).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("Ipso", StringComparison.Ordinal) == true)];
        Assert.Contains(typeof(Unchecked), types);
        Assert.DoesNotContain(types, type => type.IsExplicitLayout && !LieSideBySide(type));
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        // But for the structures of the system's calls, which are in the machine's order.
        Assert.DoesNotContain(types.Where(type => type.Namespace != "Ipso.Net").SelectMany(type => type.GetMethods(All)), method =>
            method.GetMethodBody()?.LocalVariables.Any(local => local.LocalType.IsPointer && !IsOfBytes(local.LocalType)) == true
            || method.GetParameters().Any(parameter => parameter.ParameterType.IsPointer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_stored_lies_as_it_is_meant_to_on_any_alignment(int at)
    {
        Span<byte> bytes = stackalloc byte[16], expected = stackalloc byte[16];
        Unchecked.StoreLittle(ref bytes[at], 0x0102_0304_0506_0708UL);
        BinaryPrimitives.WriteUInt64LittleEndian(expected[at..], 0x0102_0304_0506_0708UL);
        Assert.Equal(expected, bytes);
        Unchecked.StoreBig(ref bytes[at], 0x0102_0304_0506_0708UL);
        BinaryPrimitives.WriteUInt64BigEndian(expected[at..], 0x0102_0304_0506_0708UL);
        Assert.Equal(expected, bytes);
        Unchecked.StoreLittle(ref bytes[at], 0x090A_0B0CU);
        BinaryPrimitives.WriteUInt32LittleEndian(expected[at..], 0x090A_0B0CU);
        Assert.Equal(expected, bytes);
        Unchecked.StoreBig(ref bytes[at], 0x090A_0B0CU);
        BinaryPrimitives.WriteUInt32BigEndian(expected[at..], 0x090A_0B0CU);
        Assert.Equal(expected, bytes);
        Unchecked.StoreLittle(ref bytes[at], (ushort)0x0D0E);
        BinaryPrimitives.WriteUInt16LittleEndian(expected[at..], 0x0D0E);
        Assert.Equal(expected, bytes);
        Unchecked.StoreBig(ref bytes[at], (ushort)0x0D0E);
        BinaryPrimitives.WriteUInt16BigEndian(expected[at..], 0x0D0E);
        Assert.Equal(expected, bytes);
    }

    // Words and references, in slots of their own.
    private static bool LieSideBySide(Type type)
    {
        int[] places = [.. type.GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Select(field => field.GetCustomAttribute<FieldOffsetAttribute>()!.Value)];
        return type.GetFields(BindingFlags.NonPublic | BindingFlags.Instance).Length == 0
            && places.All(place => place % sizeof(ulong) == 0) && places.Distinct().Count() == places.Length;
    }

    // The compiler's own, for what stackalloc gives.
    private static bool IsOfBytes(Type pointer) => pointer.GetElementType() is { } to && (to == typeof(byte) || to == typeof(void));

    private static bool IsReinterpreting(Use use) =>
        s_reinterpreting.Contains(use.Member) || use.Member.StartsWith(ReinterpretingVector, StringComparison.Ordinal);

    // A number as one of the same width is the same bits in the same order. A type parameter stands for the type that the code asked for.
    private static bool IsOfOneWidth(Use use) =>
        use.TypeArguments is [var from, var to] && (from.Length == 0 || to.Length == 0 || WidthOf(from) == WidthOf(to))
        || use.Member.EndsWith("Unsafe::As", StringComparison.Ordinal) && use.TypeArguments.Length == 1;

    private static int WidthOf(string type) => s_widths.TryGetValue(type, out int width) ? width : type.GetHashCode(StringComparison.Ordinal);

    /// <summary>A member that a method's body names, and the types that it is instantiated for.</summary>
    private sealed record Use(int Token, string Method, string Member, ImmutableArray<string> TypeArguments)
    {
        public override string ToString() => $"{Method} uses {Member}<{string.Join(", ", TypeArguments)}>";
    }

    private static List<Use> Uses()
    {
        using FileStream file = File.OpenRead(typeof(CoapMessage).Assembly.Location);
        using PEReader image = new(file);
        MetadataReader metadata = image.GetMetadataReader();
        AssemblyNames names = new(metadata);
        List<Use> uses = [];
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            string name = $"{names.NameOf(method.GetDeclaringType())}::{metadata.GetString(method.Name)}";
            // The compiler's own, for collection expressions.
            if (!name.StartsWith("Ipso.", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (EntityHandle token in IntermediateLanguage.Tokens(image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()))
            {
                ImmutableArray<string> arguments = token.Kind == HandleKind.MethodSpecification
                    ? metadata.GetMethodSpecification((MethodSpecificationHandle)token).DecodeSignature(names, null)
                    : [];
                names.Found.Clear();
                names.Add(token);
                uses.AddRange(names.Found.Where(found => found.Contains("::", StringComparison.Ordinal))
                    .Select(member => new Use(handle.GetHashCode(), name, member, arguments)));
            }
        }

        return uses;
    }
}
