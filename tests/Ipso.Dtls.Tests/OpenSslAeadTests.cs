using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Net;

namespace Ipso.Dtls.Tests;

/// <summary>OpenSSL's ciphers for OSCORE are those of the platform.</summary>
[Trait("Category", "Security")]
public class OpenSslAeadTests
{
    private static readonly OpenSslAeads s_provider = new();

    public static TheoryData<AeadAlgorithm> Algorithms => [.. Enum.GetValues<AeadAlgorithm>()];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Each_algorithm_gives_what_the_platform_gives_and_takes_it(AeadAlgorithm algorithm)
    {
        Assert.True(AeadLengths.TryGet(algorithm, out AeadLengths lengths));
        Random random = new((int)algorithm);
        byte[] key = new byte[lengths.Key];
        random.NextBytes(key);
        using Aead theirs = AeadProvider.Platform.Create(algorithm, key)!, ours = s_provider.Create(algorithm, key)!;
        for (int i = 0; i < 300; i++)
        {
            byte[] nonce = new byte[lengths.Nonce], plain = new byte[LengthOf(random, i)], associated = new byte[random.Next(40)];
            random.NextBytes(nonce);
            random.NextBytes(plain);
            random.NextBytes(associated);
            byte[] expected = new byte[plain.Length + lengths.Tag], actual = new byte[expected.Length], back = new byte[plain.Length];
            theirs.Encrypt(nonce, plain, expected, associated);
            plain.CopyTo(actual, 0);
            ours.Encrypt(nonce, actual.AsSpan(0, plain.Length), actual, associated);
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(actual));
            Assert.True(ours.TryDecrypt(nonce, actual, back, associated));
            Assert.Equal(plain, back);

            // Any bit of it, and then again as it was: nothing sticks.
            int wrong = random.Next(actual.Length);
            actual[wrong] ^= (byte)(1 << random.Next(8));
            back.AsSpan().Fill(0xaa);
            Assert.False(ours.TryDecrypt(nonce, actual, back, associated));
            Assert.All(back, static b => Assert.Equal(0, b));
            Assert.True(ours.TryDecrypt(nonce, expected, back, associated));
        }
    }

    // About the length from which on OpenSSL is called in another way, and beyond it.
    private static int LengthOf(Random random, int i) => (i % 10) switch
    {
        0 => 1023 + (i / 10 % 3),
        1 => random.Next(1025, 40_000),
        _ => random.Next(1, 1200),
    };

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void An_exchange_is_protected_by_the_ones_and_read_by_the_others(AeadAlgorithm algorithm)
    {
        foreach ((AeadProvider asks, AeadProvider answers) in ((AeadProvider, AeadProvider)[])[(s_provider, AeadProvider.Platform), (AeadProvider.Platform, s_provider)])
        {
            if (asks.Create(algorithm, KeyFor(algorithm)) is null || answers.Create(algorithm, KeyFor(algorithm)) is null)
            {
                continue;
            }

            PeerId client = new([1]), server = new([2]);
            using OscoreProtection asking = new(), answering = new() { RequiresProtection = true };
            Assert.True(asking.TryAdd(Context(algorithm, asks, 1, 2), server));
            Assert.True(answering.TryAdd(Context(algorithm, answers, 2, 1)));
            CoapEndpoint there = new(new CoapEndpointOptions { Protection = answering }, new SystemRandomSource(), new Echo());
            CoapEndpoint here = new(new CoapEndpointOptions { Protection = asking }, new SystemRandomSource());
            Instant now = Instant.FromSeconds(1);
            for (int i = 0; i < 3; i++)
            {
                string text = new('x', 1 + (400 * i));
                here.Request(server, new CoapRequestHead { Method = CoapCode.Post, Path = "/echo" }, Encoding.UTF8.GetBytes(text));
                Carry(here, there, client, now);
                Carry(there, here, server, now);
                Assert.True(here.TryTakeEvent(out CoapEvent e));
                Assert.Equal((CoapCode.Changed, text), (e.Message.Code, Encoding.UTF8.GetString(e.Message.Payload)));
            }

            Assert.Equal((0, 0), (asking.Counters.Undecryptable, answering.Counters.Undecryptable));
        }
    }

    private static byte[] KeyFor(AeadAlgorithm algorithm) =>
        AeadLengths.TryGet(algorithm, out AeadLengths lengths) ? new byte[lengths.Key] : [];

    private static SecurityContext Context(AeadAlgorithm algorithm, AeadProvider aeads, byte sender, byte recipient) => new(new SecurityContextKeys
    {
        MasterSecret = Keys.Right, SenderId = [sender], RecipientId = [recipient], Algorithm = algorithm, Aeads = aeads,
        HasLostReplayWindow = false,
    });

    private static void Carry(CoapEndpoint from, CoapEndpoint to, PeerId sender, Instant now)
    {
        byte[] buffer = new byte[2048];
        while (from.TryTransmit(buffer, now, out Transmit transmit))
        {
            to.Receive(buffer.AsSpan(0, transmit.Length), sender, now);
        }
    }

    private sealed class Echo : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Changed;
            request.Payload.CopyTo(response.Payload);
            response.PayloadLength = request.Payload.Length;
        }
    }

    [Fact]
    public void Nothing_is_allocated_for_a_message_be_it_true_or_forged()
    {
        using Aead aead = s_provider.Create(AeadAlgorithm.AesCcm16Tag64Key128, new byte[16])!;
        byte[] nonce = new byte[13], plain = new byte[100], sent = new byte[108], associated = new byte[20];
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            Run();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            aead.Encrypt(nonce, plain, sent, associated);
            sent[5] ^= 1;
            aead.TryDecrypt(nonce, sent, plain, associated);
            sent[5] ^= 1;
            aead.TryDecrypt(nonce, sent, plain, associated);
        }
    }

    [Fact]
    public void A_key_or_nonce_of_another_length_and_a_cipher_that_is_disposed_are_errors()
    {
        Assert.Throws<ArgumentException>(() => s_provider.Create(AeadAlgorithm.AesCcm16Tag64Key128, new byte[15]));
        Assert.Null(s_provider.Create((AeadAlgorithm)99, new byte[16]));
        Aead aead = s_provider.Create(AeadAlgorithm.AesCcm16Tag64Key128, new byte[16])!;
        Assert.Throws<ArgumentException>(() => aead.Encrypt(new byte[12], new byte[1], new byte[9], default));
        aead.Dispose();
        Assert.Throws<ObjectDisposedException>(() => aead.Encrypt(new byte[13], new byte[1], new byte[9], default));
    }
}
