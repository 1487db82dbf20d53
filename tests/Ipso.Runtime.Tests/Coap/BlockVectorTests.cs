using System.Text.Json;
using Ipso.Coap;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Coap;

[Trait("Category", "Vectors")]
public class BlockVectorTests
{
    private const string File = "coap.json";

    public static TheoryData<string> Values => VectorFile.Ids(File, "block-value");

    public static TheoryData<string> Sequences => VectorFile.Ids(File, "block-sequence");

    [Theory]
    [MemberData(nameof(Values))]
    public void A_block_reads_and_writes(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        JsonElement expect = vector.GetProperty("expect");
        byte[] bytes = vector.Hex("value_hex");
        bool isRead = BlockOption.TryRead(bytes, out BlockOption block);
        Assert.Equal(!expect.TryGetProperty("action", out _), isRead);
        if (!isRead)
        {
            Assert.Equal(default, block);
            return;
        }

        Assert.Equal(
            (expect.GetProperty("num").GetInt32(), expect.GetProperty("more").GetBoolean(), expect.GetProperty("szx").GetInt32()),
            (block.Number, block.More, block.SizeExponent));
        Assert.Equal(expect.GetProperty("byte_offset").GetInt32(), block.Offset);

        // The only invalid ones are those of the exponent that is reserved over datagrams.
        Assert.Equal(vector.GetProperty("valid").GetBoolean(), !block.IsBert);
        Assert.Equal(block.IsBert ? 1024 : expect.GetProperty("size").GetInt32(), block.Size);
        Assert.Equal(block, new BlockOption(block.Number, block.More, block.SizeExponent));
        var buffer = new byte[CoapUInt.MaxLength];
        Assert.Equal(bytes.SkipWhile(b => b == 0), buffer[..CoapUInt.Write(buffer, block.Value)]);
    }

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Each_block_of_a_transfer_follows_from_those_before(string id)
    {
        JsonElement expect = VectorFile.Get(File, id).GetProperty("expect");
        JsonElement[] steps = [.. expect.GetProperty("steps").EnumerateArray()];
        bool isGet = steps[0][0].GetString() == "GET";
        int received = 0;
        int followed = 0;
        for (int i = 0; i + 1 < steps.Length; i += 2)
        {
            // A block is in the response of a GET and in the request of a PUT, whose response says which size the next is to have.
            BlockOption answer = Block(steps[i + 1]);
            BlockOption sent = isGet ? answer : Block(steps[i]);
            int length = isGet ? steps[i + 1][2].GetInt32() : sent.Size;
            Assert.True(sent.AllowsPayload(length));
            Assert.Equal(isGet ? received : sent.Offset, sent.Offset);
            received += length;
            Assert.Equal(i + 2 < steps.Length, sent.More);
            if (i + 2 < steps.Length)
            {
                BlockOption asked = Block(steps[i + 2]);
                Assert.True(sent.TryGetNext(length, out BlockOption next));
                Assert.True(next.TryShrink(isGet ? asked.SizeExponent : answer.SizeExponent, out next));
                Assert.Equal((asked.Number, asked.SizeExponent), (next.Number, next.SizeExponent));
                Assert.Equal(received, next.Offset);
                followed++;
            }
        }

        Assert.Equal(steps.Length / 2 - 1, followed);
        Assert.Equal(expect.TryGetProperty("total", out JsonElement total) ? total.GetInt32() : received, received);

        static BlockOption Block(JsonElement step)
        {
            Assert.True(BlockOption.TryRead(Convert.FromHexString(step[1].GetString()!), out BlockOption block));
            return block;
        }
    }
}
