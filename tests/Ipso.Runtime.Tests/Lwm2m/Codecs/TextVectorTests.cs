using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>Single values in plain text, of each type, and the arguments of an Execute.</summary>
[Trait("Category", "Vectors")]
public class TextVectorTests
{
    private const string File = "text.json";

    private static readonly string[] s_types =
    [
        "text-integer", "text-unsigned", "text-float", "text-boolean", "text-objlnk", "text-time", "text-opaque", "text-string",
        "text-corelnk",
    ];

    public static TheoryData<string> Values => VectorFile.Ids(File, s_types);

    public static TheoryData<string> Arguments => VectorFile.Ids(File, "execute-args");

    [Fact]
    public void Every_kind_is_covered() => Assert.Empty(VectorFile.Kinds(File).Except([.. s_types, "execute-args"]));

    [Theory]
    [MemberData(nameof(Values))]
    public void A_text_is_of_its_type(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        ushort resource = TlvVectorTests.ResourceOf(vector.GetProperty("data_type").GetString()!);
        byte[] text = Encoding.UTF8.GetBytes(vector.GetProperty("text").GetString()!);
        AllTypes o = new();
        PayloadFault fault = Payloads.Read(o, new(26241, 0, resource), ContentFormat.PlainText, text, ReadMode.WriteReplace);
        JsonElement valid = vector.GetProperty("valid");
        bool isOpen = valid.ValueKind == JsonValueKind.String
            || vector.GetProperty("verified").GetString()!.StartsWith("disputed", StringComparison.Ordinal);
        if (valid.ValueKind == JsonValueKind.False || isOpen && fault != PayloadFault.None)
        {
            Assert.True(isOpen || fault == PayloadFault.WrongType, $"{fault}");
            return;
        }

        Assert.Equal(PayloadFault.None, fault);
        JsonElement expect = vector.GetProperty("expect");
        if (!expect.TryGetProperty("value", out JsonElement value))
        {
            return;
        }

        if (resource == 3)
        {
            Assert.Equal(value.GetDouble(), o.Real);
        }
        else
        {
            Assert.Equal(TlvVectorTests.TextOf(value), TlvVectorTests.TextOf(o, resource));
        }

        if (expect.GetProperty("encoder_emits_exactly_this").ValueKind != JsonValueKind.False)
        {
            Assert.Equal(text, Payloads.Write(o, new(26241, 0, resource), ContentFormat.PlainText));
        }
        else
        {
            Assert.Equal(o.Real, double.Parse(Payloads.Write(o, new(26241, 0, 3), ContentFormat.PlainText), CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Arguments_are_taken_apart(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] text = Encoding.UTF8.GetBytes(vector.GetProperty("text").GetString()!);
        bool parsed = ExecuteArguments.TryParse(text, out ExecuteArguments arguments);
        JsonElement expect = vector.GetProperty("expect");
        if (expect.TryGetProperty("recommended", out JsonElement recommended))
        {
            expect = recommended;
        }

        Assert.Equal(!expect.TryGetProperty("error", out _), parsed);
        if (!parsed)
        {
            Assert.True(arguments.IsEmpty);
            return;
        }

        List<string> actual = [];
        foreach (ExecuteArgument argument in arguments)
        {
            actual.Add($"{argument.Digit}={(argument.HasValue ? Encoding.UTF8.GetString(argument.Value) : "null")}");
        }

        Assert.Equal(
            expect.GetProperty("args").EnumerateArray()
                .Select(a => $"{a.GetProperty("id").GetInt32()}={a.GetProperty("value").GetString() ?? "null"}"),
            actual);
    }
}
