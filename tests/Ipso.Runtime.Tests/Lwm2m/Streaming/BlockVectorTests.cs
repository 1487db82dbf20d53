using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>Every vector, right or wrong, reads in blocks as it reads whole, wherever it is written to.</summary>
[Trait("Category", "Vectors")]
public class BlockVectorTests
{
    private static readonly Lwm2mPath[] s_paths =
    [
        .. ((string[])
            ["/3/0", "/26241/0", "/34/0", "/5/0", "/66/0", "/3311/0", "/3303/0", "/1/0", "/2/0", "/3/0/7", "/3/0/0", "/26241/0/5"])
            .Select(Payloads.Path),
        .. Enumerable.Range(0, 9).Select(resource => new Lwm2mPath(26241, 0, (ushort)resource)),
    ];

    public static TheoryData<string, string> Vectors
    {
        get
        {
            TheoryData<string, string> vectors = [];
            foreach (string file in (string[])["senml.json", "tlv.json", "lwm2mcbor.json", "text.json"])
            {
                foreach (string id in VectorFile.Ids(file, [.. VectorFile.Kinds(file)]))
                {
                    if (PayloadsOf(file, VectorFile.Get(file, id)).Count > 0)
                    {
                        vectors.Add(file, id);
                    }
                }
            }

            return vectors;
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_reads_in_blocks_as_it_reads_whole(string file, string id)
    {
        JsonElement vector = VectorFile.Get(file, id);
        List<Lwm2mPath> paths = [.. s_paths];
        if (vector.TryGetProperty("request_path", out JsonElement text)
            && Lwm2mPath.TryParse(Encoding.UTF8.GetBytes(text.GetString()!), out Lwm2mPath request)
            && request.Depth >= 2)
        {
            paths.Add(request);
        }

        foreach ((byte[] payload, ContentFormat format) in PayloadsOf(file, vector))
        {
            foreach (Lwm2mPath path in paths)
            {
                Blocks.AssertSame(static () => new AllTypes(), path, format, payload, ReadMode.Mirror);
                Blocks.AssertSame(static () => DeckTests.Device(), path, format, payload, ReadMode.WriteUpdate, 1, 7);
            }
        }
    }

    private static List<(byte[] Payload, ContentFormat Format)> PayloadsOf(string file, JsonElement vector)
    {
        List<(byte[], ContentFormat)> payloads = [];
        if (vector.TryGetProperty("json", out JsonElement json))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(json.GetString()!);
            payloads.AddRange([(bytes, ContentFormat.SenMLJson), (bytes, ContentFormat.SenMLEtchJson), (bytes, ContentFormat.Lwm2mJson)]);
        }

        if (vector.TryGetProperty("cbor_hex", out _))
        {
            byte[] bytes = vector.Hex("cbor_hex");
            payloads.AddRange(
            [
                (bytes, ContentFormat.SenMLCbor), (bytes, ContentFormat.SenMLEtchCbor), (bytes, ContentFormat.Lwm2mCbor),
                (bytes, ContentFormat.Cbor),
            ]);
        }

        if (file == "tlv.json" && vector.TryGetProperty("hex", out _))
        {
            payloads.Add((vector.Hex("hex"), ContentFormat.Tlv));
        }

        if (vector.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text.GetString()!);
            payloads.AddRange([(bytes, ContentFormat.PlainText), (bytes, ContentFormat.OctetStream)]);
        }

        return payloads;
    }
}
