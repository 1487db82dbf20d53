using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Coap;

[Trait("Category", "Vectors")]
public class CoapUriVectorTests
{
    private const string File = "coap.json";

    public static TheoryData<string> Uris => VectorFile.Ids(File, "uri");

    [Theory]
    [MemberData(nameof(Uris))]
    public void A_URI_becomes_the_options_and_they_become_it(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        string text = vector.GetProperty("uri").GetString()!;
        bool isUri = CoapUri.TryParse(text, new byte[3 * text.Length], out CoapUri uri, out CoapUriFault fault);
        Assert.Equal(vector.GetProperty("valid").GetBoolean(), isUri);
        Assert.Equal(isUri, fault == CoapUriFault.None);
        if (!isUri)
        {
            return;
        }

        var expected = vector.GetProperty("expect").GetProperty("options").EnumerateArray()
            .Select(o => $"{o.GetProperty("number").GetInt32()}={o.GetProperty("value").GetString()}");
        Assert.Equal(expected, CoapUriTests.OptionsOf(uri, out CoapMessage message));
        var buffer = new byte[256];
        Assert.True(CoapUri.TryFormat(message.Options, uri.Scheme, uri.Host, uri.Port, buffer, out int written));
        Assert.Equal(text, Encoding.ASCII.GetString(buffer, 0, written));
    }
}
