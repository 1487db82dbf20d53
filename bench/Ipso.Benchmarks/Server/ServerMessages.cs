using System.Buffers.Binary;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing;

namespace Ipso.Benchmarks.Server;

/// <summary>What devices send, each from an address of its own.</summary>
internal static class ServerMessages
{
    private const string Links = "</>;rt=\"oma.lwm2m\";ct=\"112 110\",</1/0>,</3/0>,</4/0>,</5/0>,</3303/0>,</3303/1>,</3304/0>,</3311/0>";

    internal static PeerId Peer(int device)
    {
        Span<byte> address = [4, 0, 0x16, 0x33, 127, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(address[4..], 0x7f000000 | (uint)device);
        return new(address);
    }

    internal static string Endpoint(int device) => $"urn:dev:mac:0024befffe{device:x6}";

    internal static byte[] Register(int device) => CoapDatagram.Con(CoapCode.Post, 0).Token("01020304").Path("/rd")
        .ContentFormat(ContentFormat.LinkFormat).Query($"ep={Endpoint(device)}&lt=86400&lwm2m=1.1&b=U").Payload(Links).ToArray();

    internal static byte[] Update(string id) => CoapDatagram.Con(CoapCode.Post, 0).Token("01020304").Path($"/rd/{id}").ToArray();

    /// <summary>Gives a message another Message ID.</summary>
    internal static void Number(Span<byte> message, int id) => BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)id);

    /// <summary>The answer 2.05 with a payload to a request, into a buffer.</summary>
    internal static int Answer(ReadOnlySpan<byte> request, Span<byte> answer)
    {
        int tokenLength = request[0] & 0x0f;
        answer[0] = (byte)(0x60 | tokenLength);
        answer[1] = 0x45;
        request.Slice(2, 2 + tokenLength).CopyTo(answer[2..]);
        int length = 4 + tokenLength;
        length += Encoding.ASCII.GetBytes("\xc0", answer[length..]);
        answer[length - 1] = 0xc0;
        answer[length++] = 0xff;
        return length + Encoding.ASCII.GetBytes("21.5", answer[length..]);
    }
}
