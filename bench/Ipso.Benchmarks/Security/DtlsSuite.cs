using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Benchmarks.Harness;
using Ipso.Dtls;
using Ipso.Net.Security;

namespace Ipso.Benchmarks.Security;

/// <summary>DTLS: what a record, a cookie and a handshake cost, and a session takes.</summary>
internal static class DtlsSuite
{
    private const string NativeLibraryName = "libipso_dtls_pair.so";
    private const string ServerName = "server.example";

    private const string Header = """
        # How to read these lines. All is in this process, without sockets; contestants took turns; only ratios mean anything on a shared
        # machine. A record pair is a message of 100 bytes that the client protects and the server opens.
        # FIGURE dtls.record-pair.CIPHER.cpu     by a session of Ipso.Dtls; .c.cpu the same by OpenSSL called from C.
        # RATIO dtls.record-pair.CIPHER.to-c N   a pair takes N times as long as from C.
        # FIGURE dtls.cookie.cpu                 a stranger's ClientHello is answered with a cookie.
        # FIGURE dtls.handshake.KIND.cpu         both sides of a handshake, cookie and all; resumed: by what the client has kept.
        # FIGURE dtls.session.STATE.memory       what a session of a server holds of OpenSSL's heap, and of .NET's.
        """;

    internal static bool Run(bool isQuick)
    {
        TimeSpan time = TimeSpan.FromSeconds(isQuick ? 3 : 15);
        Console.WriteLine(Header);
        nint native = LoadNative();
        Records("ccm8", DtlsCiphers.Ccm8, "PSK-AES128-CCM8", native, time);
        Records("gcm", DtlsCiphers.Gcm, "PSK-AES128-GCM-SHA256", native, time);
        Records("cbc", DtlsCiphers.Cbc, "PSK-AES128-CBC-SHA256", native, time);

        Tournament cookies = new();
        Contestant cookie = cookies.Add("cookie", 60, new CookieCycle());
        cookies.Run(time);
        Console.WriteLine($"FIGURE dtls.cookie.cpu {cookie.Nanoseconds:0} ns");
        Console.WriteLine($"FIGURE dtls.cookie.allocated {cookie.AllocatedBytes():0.00} B");
        Handshakes(isQuick ? 300 : 2000);
        Memory(isQuick ? 500 : 4000);
        return true;
    }

    private static unsafe void Records(string name, DtlsCiphers ciphers, string suite, nint native, TimeSpan time)
    {
        const int Sum = RecordCycle.Length * RecordCycle.Count;
        Tournament tournament = new();
        Contestant ours = tournament.Add("ours", Sum, new RecordCycle(ciphers));
        Contestant? c = null;
        if (native != 0)
        {
            nint pair;
            fixed (byte* text = Encoding.ASCII.GetBytes(suite + '\0'))
            {
                pair = ((delegate* unmanaged<byte*, nint>)NativeLibrary.GetExport(native, "pair_open"))(text);
            }

            if (pair == 0)
            {
                throw new WrongResultException($"OpenSSL called from C opens no session of {suite}.");
            }

            c = tournament.Add("c", Sum, new NativeRecordCycle(NativeLibrary.GetExport(native, "pair_run"), pair));
        }

        tournament.Run(time);
        Console.WriteLine($"FIGURE dtls.record-pair.{name}.cpu {ours.Nanoseconds / RecordCycle.Count:0} ns");
        Console.WriteLine($"FIGURE dtls.record-pair.{name}.allocated {ours.AllocatedBytes() / RecordCycle.Count:0.00} B");
        if (c is not null)
        {
            Console.WriteLine($"FIGURE dtls.record-pair.{name}.c.cpu {c.Nanoseconds / RecordCycle.Count:0} ns");
            Console.WriteLine($"RATIO dtls.record-pair.{name}.to-c {ours.RatioTo(c):0.00}");
        }
    }

    private static nint LoadNative()
    {
        string path = Path.Combine(AppContext.BaseDirectory, NativeLibraryName);
        if (File.Exists(path))
        {
            return NativeLibrary.Load(path);
        }

        Console.WriteLine("# Not measured: OpenSSL called from C. It takes gcc and OpenSSL's headers (apt-get install gcc libssl-dev).");
        return 0;
    }

    private static void Handshakes(int count)
    {
        using OpenSslSecurity asking = new(), serving = new(DtlsSessions.Server);
        Time("psk", count, asking, serving, DtlsSessions.Key, null);
        (SecuritySession client, SecuritySession server) = DtlsSessions.Open(asking, serving, DtlsSessions.Key);
        Time("psk-resumed", count, asking, serving, DtlsSessions.Key, client.Export());
        client.Dispose();
        server.Dispose();

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={ServerName}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        CertificateCredentials credentials = new(certificate, new CertificateTrust(certificate)) { ServerName = ServerName };
        using OpenSslSecurity certified = new(new DtlsOptions { Certificate = credentials });
        Time("ecdsa-mutual", count / 4, asking, certified, credentials, null);
    }

    private static void Time(
        string name, int count, OpenSslSecurity asking, OpenSslSecurity serving, SecurityCredentials credentials, byte[]? resume)
    {
        List<double> times = [];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            (SecuritySession client, SecuritySession server) = DtlsSessions.Open(asking, serving, credentials, i + 1, resume);
            client.Dispose();
            server.Dispose();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        times.Sort();
        Console.WriteLine($"FIGURE dtls.handshake.{name}.cpu {times[times.Count / 2]:0} us");
    }

    private static void Memory(int count)
    {
        DtlsOptions options = DtlsSessions.Server with { Ciphers = DtlsCiphers.Ccm8 };
        using OpenSslSecurity asking = new(options), serving = new(options);
        SecuritySession[] sessions = new SecuritySession[count];
        for (int i = 0; i < 20; i++)
        {
            // What comes up once is not a session's.
            (SecuritySession client, SecuritySession server) = DtlsSessions.Open(asking, serving, DtlsSessions.Key, i + 1);
            client.Dispose();
            server.Dispose();
        }

        (long heap, long managed, long resident) = Used();
        for (int i = 0; i < count; i++)
        {
            (SecuritySession client, sessions[i]) = DtlsSessions.Open(asking, serving, DtlsSessions.Key, i + 1);
            client.Dispose();
        }

        (long openHeap, long openManaged, long openResident) = Used();
        foreach (SecuritySession session in sessions)
        {
            session.OnDeadline(DtlsSessions.Now + TimeSpan.FromMinutes(1));
        }

        (long idleHeap, _, _) = Used();
        if (openHeap > 0)
        {
            Console.WriteLine($"FIGURE dtls.session.open.memory {(openHeap - heap) / count / 1024.0:0.0} KiB");
            Console.WriteLine($"FIGURE dtls.session.idle.memory {(idleHeap - heap) / count / 1024.0:0.0} KiB");
        }

        Console.WriteLine($"FIGURE dtls.session.open.managed {(openManaged - managed) / count} B");
        Console.WriteLine($"FIGURE dtls.session.open.resident {(openResident - resident) / count / 1024.0:0.0} KiB");
        foreach (SecuritySession session in sessions)
        {
            session.Dispose();
        }
    }

    // OpenSSL's heap (glibc alone says that), .NET's, and what the process has in memory.
    private static (long Heap, long Managed, long Resident) Used()
    {
        long managed = GC.GetTotalMemory(forceFullCollection: true);
        using Process process = Process.GetCurrentProcess();
        return (GlibcHeap.InUse, managed, process.WorkingSet64);
    }
}
