using System.Security.Cryptography;
using Ipso.Coap.Oscore;

namespace Ipso.Tests.Coap.Oscore;

[Trait("Category", "Security")]
public class AeadTests
{
    public static TheoryData<AeadAlgorithm> Algorithms => [.. Enum.GetValues<AeadAlgorithm>()];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Each_algorithm_decrypts_in_place_what_it_encrypts_and_nothing_else(AeadAlgorithm algorithm)
    {
        Assert.True(AeadLengths.TryGet(algorithm, out AeadLengths lengths));
        var random = new Random(1);
        byte[] key = new byte[lengths.Key], nonce = new byte[lengths.Nonce], associated = new byte[20], plain = new byte[100];
        random.NextBytes(key);
        random.NextBytes(nonce);
        random.NextBytes(associated);
        random.NextBytes(plain);
        Assert.Throws<ArgumentException>(() => AeadProvider.Platform.Create(algorithm, key.AsSpan(1)));
        using Aead aead = AeadProvider.Platform.Create(algorithm, key)!;
        byte[] sent = new byte[plain.Length + lengths.Tag], apart = new byte[sent.Length], back = new byte[plain.Length];
        plain.CopyTo(sent, 0);
        aead.Encrypt(nonce, sent.AsSpan(0, plain.Length), sent, associated);
        aead.Encrypt(nonce, plain, apart, associated);
        Assert.Equal(apart, sent);
        Assert.True(aead.TryDecrypt(nonce, sent, back, associated));
        Assert.Equal(plain, back);

        for (int i = 0; i < sent.Length; i++)
        {
            sent[i] ^= 0x40;
            back.AsSpan().Fill(0xaa);
            Assert.False(aead.TryDecrypt(nonce, sent, back, associated));
            Assert.All(back, static b => Assert.Equal(0, b));
            sent[i] ^= 0x40;
        }

        associated[3]++;
        Assert.False(aead.TryDecrypt(nonce, sent, back, associated));
        associated[3]--;
        nonce[0]++;
        Assert.False(aead.TryDecrypt(nonce, sent, back, associated));
    }

    // Seeded: lengths around the blocks of the cipher, with and without associated data, tags and nonces of all lengths that COSE has.
    [Fact]
    public void The_portable_CCM_is_that_of_the_platform()
    {
        var random = new Random(7);
        for (int i = 0; i < 3000; i++)
        {
            byte[] key = new byte[random.Next(2) == 0 ? 16 : 32], nonce = new byte[random.Next(2) == 0 ? 7 : 13];
            int tag = random.Next(2) == 0 ? 8 : 16;
            byte[] associated = new byte[random.Next(40)], plain = new byte[i < 100 ? i : random.Next(1200)];
            random.NextBytes(key);
            random.NextBytes(nonce);
            random.NextBytes(associated);
            random.NextBytes(plain);
            using var platform = new AesCcm(key);
            using var portable = new PortableCcm(key, tag);
            byte[] expected = new byte[plain.Length + tag], actual = new byte[expected.Length], back = new byte[plain.Length];
            platform.Encrypt(nonce, plain, expected.AsSpan(0, plain.Length), expected.AsSpan(plain.Length), associated);
            portable.Encrypt(nonce, plain, actual, associated);
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(actual));
            Assert.True(portable.TryDecrypt(nonce, actual, back, associated));
            Assert.Equal(plain, back);
            actual[random.Next(actual.Length)] ^= 1;
            Assert.False(portable.TryDecrypt(nonce, actual, back, associated));
            Assert.All(back, static b => Assert.Equal(0, b));
        }
    }
}
