using System.Reflection;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Tests.Lwm2m.Codecs;

/// <summary>
/// What speed and size rest on, and nothing in the language says: that the JIT leaves the switch on the format where it is, and jumps from
/// it. Without a profile it takes nothing of more than 100 bytes of IL into a caller; NoInlining would forbid the jump.
/// </summary>
public class RecordWriterShapeTests
{
    private const int LongestTakenInLine = 100;
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData(nameof(RecordWriter.Integer))]
    [InlineData(nameof(RecordWriter.Unsigned))]
    [InlineData(nameof(RecordWriter.Float))]
    [InlineData(nameof(RecordWriter.Boolean))]
    [InlineData(nameof(RecordWriter.String))]
    [InlineData(nameof(RecordWriter.Opaque))]
    [InlineData(nameof(RecordWriter.ObjectLink))]
    [InlineData(nameof(RecordWriter.Integers))]
    [InlineData("TlvString")]
    public void A_switch_on_the_format_stays_a_call_and_ends_in_a_jump(string name)
    {
        MethodInfo method = typeof(RecordWriter).GetMethod(name, Instance)!;

        Assert.InRange(method.GetMethodBody()!.GetILAsByteArray()!.Length, LongestTakenInLine + 1, 400);
        Assert.Equal(default, method.MethodImplementationFlags & (MethodImplAttributes.NoInlining | MethodImplAttributes.AggressiveInlining));
    }
}
