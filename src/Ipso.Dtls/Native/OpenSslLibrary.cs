using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Ipso.Dtls.Native;

/// <summary>
/// Finds OpenSSL: the system's, or the one in the folder that the <see cref="AppContext"/> value <see cref="Folder"/> names. Version 3
/// comes before 4.
/// </summary>
internal static class OpenSslLibrary
{
    /// <summary>The name of the <see cref="AppContext"/> value, and of the property in a runtime configuration.</summary>
    public const string Folder = "Ipso.Dtls.OpenSslFolder";

    private static readonly Lock s_gate = new();
    private static Pair? s_pair;

    /// <summary>The two libraries, of one build.</summary>
    /// <param name="Ssl">libssl.</param>
    /// <param name="Crypto">libcrypto.</param>
    internal sealed record Pair(nint Ssl, nint Crypto);

    /// <summary>The version, such as 0x300000B0 for 3.0.11.</summary>
    public static ulong Version => LibCrypto.OpenSSL_version_num();

    /// <summary>Loads the libraries, if they are not loaded.</summary>
    /// <exception cref="DllNotFoundException">There is no OpenSSL 3 or 4; says what to install.</exception>
    public static void Load() => Require();

    /// <summary>Finds a function that not every version has.</summary>
    public static bool TryFind(string function, out nint address) =>
        NativeLibrary.TryGetExport(Require().Ssl, function, out address);

    /// <summary>The same of libcrypto.</summary>
    public static bool TryFindInCrypto(string function, out nint address) =>
        NativeLibrary.TryGetExport(Require().Crypto, function, out address);

    /// <summary>The names to try, best first: those of one line are of one build.</summary>
    internal static IEnumerable<(string Ssl, string Crypto)> Candidates(string? folder, OSPlatform platform, Architecture architecture)
    {
        string tail = architecture switch
        {
            Architecture.X64 => "-x64",
            Architecture.Arm64 => "-arm64",
            _ => "",
        };
        foreach (int version in (int[])[3, 4])
        {
            (string ssl, string crypto) = platform == OSPlatform.Windows ? ($"libssl-{version}{tail}.dll", $"libcrypto-{version}{tail}.dll")
                : platform == OSPlatform.OSX ? ($"libssl.{version}.dylib", $"libcrypto.{version}.dylib")
                : ($"libssl.so.{version}", $"libcrypto.so.{version}");
            if (folder is not null)
            {
                yield return (Path.Combine(folder, ssl), Path.Combine(folder, crypto));
                continue;
            }

            yield return (ssl, crypto);
            if (platform == OSPlatform.OSX)
            {
                // Where Homebrew keeps it, which is on no search path: first that of Apple's processors.
                yield return ($"/opt/homebrew/opt/openssl@{version}/lib/{ssl}", $"/opt/homebrew/opt/openssl@{version}/lib/{crypto}");
                yield return ($"/usr/local/opt/openssl@{version}/lib/{ssl}", $"/usr/local/opt/openssl@{version}/lib/{crypto}");
            }
        }
    }

    /// <summary>What somebody has to do who has no OpenSSL.</summary>
    internal static string Advice(string? folder, OSPlatform platform) =>
        folder is not null ? $"DTLS needs OpenSSL 3, and {Folder} says '{folder}', where there is none for this processor."
        : platform == OSPlatform.Windows
            ? "DTLS needs OpenSSL 3: put libssl-3-x64.dll and libcrypto-3-x64.dll (on ARM64: -arm64) next to the application, or install "
              + $"OpenSSL for Windows and set the AppContext value {Folder} to its bin folder."
        : platform == OSPlatform.OSX
            ? $"DTLS needs OpenSSL 3: brew install openssl@3, or set the AppContext value {Folder} to the folder of libssl.3.dylib."
        : "DTLS needs OpenSSL 3: apt-get install libssl3 (Debian, Ubuntu; libssl3t64 in newer ones), dnf install openssl-libs (Fedora, "
          + $"RHEL) or apk add libssl3 (Alpine), or set the AppContext value {Folder} to the folder of libssl.so.3.";

    private static Pair Require()
    {
        lock (s_gate)
        {
            if (s_pair is null)
            {
                s_pair = Find(AppContext.GetData(Folder) as string);
                NativeLibrary.SetDllImportResolver(typeof(OpenSslLibrary).Assembly, Resolve);
            }

            return s_pair;
        }
    }

    /// <summary>Loads the first candidate that there is.</summary>
    /// <exception cref="DllNotFoundException">There is none.</exception>
    internal static Pair Find(string? folder)
    {
        OSPlatform platform = OperatingSystem.IsWindows() ? OSPlatform.Windows
            : OperatingSystem.IsMacOS() ? OSPlatform.OSX
            : OSPlatform.Linux;
        foreach ((string ssl, string crypto) in Candidates(folder, platform, RuntimeInformation.ProcessArchitecture))
        {
            if (TryLoad(ssl, crypto, out Pair? pair))
            {
                return pair;
            }
        }

        throw new DllNotFoundException(Advice(folder, platform));
    }

    // libcrypto first: libssl asks for it by name, and gets what is loaded under that name.
    private static bool TryLoad(string ssl, string crypto, [NotNullWhen(true)] out Pair? pair)
    {
        pair = null;
        if (!NativeLibrary.TryLoad(crypto, typeof(OpenSslLibrary).Assembly, null, out nint cryptoHandle))
        {
            return false;
        }

        if (!NativeLibrary.TryLoad(ssl, typeof(OpenSslLibrary).Assembly, null, out nint sslHandle))
        {
            NativeLibrary.Free(cryptoHandle);
            return false;
        }

        pair = new Pair(sslHandle, cryptoHandle);
        return true;
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) => library switch
    {
        LibSsl.Name => s_pair?.Ssl ?? 0,
        LibCrypto.Name => s_pair?.Crypto ?? 0,
        _ => 0,
    };
}
