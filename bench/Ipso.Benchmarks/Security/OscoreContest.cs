using Ipso.Benchmarks.Harness;
using Ipso.Coap.Oscore;
using Ipso.Dtls;

namespace Ipso.Benchmarks.Security;

/// <summary>OSCORE by each of the ciphers, and in the engine.</summary>
internal static class OscoreContest
{
    private const string Header = """
        # How to read these lines. All is without sockets, in this process; contestants took turns; only ratios mean anything on a shared
        # machine. A message is a PUT with a path of three segments and 100 bytes.
        # FIGURE oscore.CIPHER.cpu         it is protected by one side and unprotected by the other.
        # FIGURE oscore.CIPHER.allocated   bytes on the managed heap for both, of which AesCcm takes 32 for each.
        # FIGURE oscore.CIPHER.forged.cpu  one whose tag is wrong is refused. The classes of the platform throw, and are caught.
        # FIGURE oscore.engine.*           a request of a client and its response, between two engines, with AES-CCM-16-64-128.
        # RATIO oscore.engine.vs-plain N   the same takes N times as long as without.
        """;

    private static readonly (string Name, AeadAlgorithm Algorithm, AeadProvider Provider)[] s_ciphers =
    [
        ("aes-ccm", AeadAlgorithm.AesCcm16Tag64Key128, AeadProvider.Platform),
        ("aes-ccm-openssl", AeadAlgorithm.AesCcm16Tag64Key128, new OpenSslAeads()),
        ("aes-ccm-portable", AeadAlgorithm.AesCcm16Tag64Key128, new Portable()),
        ("aes-gcm", AeadAlgorithm.A128Gcm, AeadProvider.Platform),
        ("chacha20-poly1305", AeadAlgorithm.ChaCha20Poly1305, AeadProvider.Platform),
    ];

    internal static void Run(bool isQuick)
    {
        TimeSpan time = TimeSpan.FromSeconds(isQuick ? 3 : 15);
        Console.WriteLine(Header);
        Tournament messages = new();
        Tournament forgeries = new();
        foreach ((string name, AeadAlgorithm algorithm, AeadProvider provider) in s_ciphers)
        {
            messages.Add(name, OscoreCycle.PlainLength, new OscoreCycle(algorithm, provider, isForged: false));
            forgeries.Add(name, 0, new OscoreCycle(algorithm, provider, isForged: true));
        }

        messages.Run(time);
        forgeries.Run(time);
        for (int i = 0; i < s_ciphers.Length; i++)
        {
            Contestant message = messages.Contestants[i];
            Console.WriteLine($"FIGURE oscore.{message.Name}.cpu {message.Nanoseconds:0} ns");
            Console.WriteLine($"FIGURE oscore.{message.Name}.allocated {message.AllocatedBytes():0.00} B");
            Console.WriteLine($"FIGURE oscore.{message.Name}.forged.cpu {forgeries.Contestants[i].Nanoseconds:0} ns");
        }

        Tournament engines = new();
        Contestant plain = engines.Add("plain", OscoreExchange.PayloadLength, new OscoreExchange(isProtected: false));
        Contestant secured = engines.Add("protected", OscoreExchange.PayloadLength, new OscoreExchange(isProtected: true));
        engines.Run(time);
        Console.WriteLine($"FIGURE oscore.engine.plain.cpu {plain.Nanoseconds:0} ns");
        Console.WriteLine($"FIGURE oscore.engine.protected.cpu {secured.Nanoseconds:0} ns");
        Console.WriteLine($"RATIO oscore.engine.vs-plain {secured.RatioTo(plain):0.00}");
        Console.WriteLine($"FIGURE oscore.engine.plain.allocated {plain.AllocatedBytes():0.00} B");
        Console.WriteLine($"FIGURE oscore.engine.protected.allocated {secured.AllocatedBytes():0.00} B");
    }

    private sealed class Portable : AeadProvider
    {
        public override Aead? Create(AeadAlgorithm algorithm, ReadOnlySpan<byte> key) => new PortableCcm(key, 8);
    }
}
