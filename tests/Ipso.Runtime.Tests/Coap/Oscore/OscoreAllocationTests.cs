using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Tests.Coap.Engine;

namespace Ipso.Tests.Coap.Oscore;

[Trait("Category", "Security")]
public class OscoreAllocationTests
{
    private const int Cycles = 2000;

    private readonly byte[] _buffer = new byte[1152];

    // AesCcm allocates inside .NET, once a call: what an exchange takes of the cipher alone is measured beside it.
    [Fact]
    public void Beside_the_cipher_nothing_is_allocated() => Assert.Equal(0, Exchanged(new Counting()));

    [Fact]
    public void With_a_cipher_that_allocates_nothing_nothing_is() =>
        Assert.Equal(0, Exchanged(new Of(AeadAlgorithm.A128Gcm)));

    private long Exchanged(AeadProvider aeads)
    {
        using var serverProtection = new OscoreProtection();
        using var clientProtection = new OscoreProtection();
        Assert.True(serverProtection.TryAdd(Make([2], [1], aeads)));
        Assert.True(clientProtection.TryAdd(Make([1], [2], aeads), Wire.Other));
        var server = new CoapEndpoint(
            new CoapEndpointOptions { Protection = serverProtection }, new SeededRandom(1), new Handler(static (in request, ref response) =>
            {
                response.Code = request.Identity is null ? CoapCode.Unauthorized : CoapCode.Content;
                response.PayloadLength = 100;
            }));
        var client = new CoapEndpoint(new CoapEndpointOptions { Protection = clientProtection }, new SeededRandom(2));
        byte[] payload = new byte[100];
        for (int i = 0; i < Cycles; i++)
        {
            Cycle(i);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = Cycles; i < 2 * Cycles; i++)
        {
            Cycle(i);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;

        void Cycle(int i)
        {
            var now = new Instant(i * 10_000L);
            client.Request(Wire.Other, new CoapRequestHead { Method = CoapCode.Put, Path = "/3303/0/5700", Query = "pmin=1" }, payload);
            Assert.True(client.TryTransmit(_buffer, now, out Transmit transmit));
            server.Receive(_buffer.AsSpan(0, transmit.Length), Wire.Peer, now);
            Assert.True(server.TryTransmit(_buffer, now, out transmit));
            client.Receive(_buffer.AsSpan(0, transmit.Length), Wire.Other, now);
            Assert.True(client.TryTakeEvent(out CoapEvent e) && e.Message.Payload.Length == 100);
        }
    }

    private static SecurityContext Make(byte[] sender, byte[] recipient, AeadProvider aeads) => new(new SecurityContextKeys
    {
        MasterSecret = "sixteen bytes ok"u8,
        SenderId = sender,
        RecipientId = recipient,
        Algorithm = aeads is Of of ? of.Algorithm : AeadAlgorithm.AesCcm16Tag64Key128,
        Aeads = aeads,
    });

    private sealed class Of(AeadAlgorithm algorithm) : AeadProvider
    {
        public AeadAlgorithm Algorithm => algorithm;

        public override Aead? Create(AeadAlgorithm of, ReadOnlySpan<byte> key) => Platform.Create(of, key);
    }

    // Stands where a package's cipher would: it verifies as one does, and takes nothing.
    private sealed class Counting : AeadProvider
    {
        public override Aead? Create(AeadAlgorithm algorithm, ReadOnlySpan<byte> key) => new Xor(key[0]);

        private sealed class Xor(byte key) : Aead
        {
            public override void Encrypt(
                ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associated)
            {
                for (int i = 0; i < plaintext.Length; i++)
                {
                    ciphertext[i] = (byte)(plaintext[i] ^ key ^ nonce[i % nonce.Length]);
                }

                ciphertext[plaintext.Length..].Fill(associated[^1]);
            }

            public override bool TryDecrypt(
                ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associated)
            {
                for (int i = 0; i < plaintext.Length; i++)
                {
                    plaintext[i] = (byte)(ciphertext[i] ^ key ^ nonce[i % nonce.Length]);
                }

                return !ciphertext[plaintext.Length..].ContainsAnyExcept(associated[^1]);
            }

            protected override void Dispose(bool disposing)
            {
            }
        }
    }
}
