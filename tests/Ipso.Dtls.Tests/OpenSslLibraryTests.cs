using System.Runtime.InteropServices;
using Ipso.Dtls.Native;

namespace Ipso.Dtls.Tests;

[Trait("Category", "Security")]
public class OpenSslLibraryTests
{
    [Fact]
    public void Version_3_comes_before_4_and_both_libraries_are_of_one_build()
    {
        Assert.Equal(
            [("libssl.so.3", "libcrypto.so.3"), ("libssl.so.4", "libcrypto.so.4")],
            OpenSslLibrary.Candidates(null, OSPlatform.Linux, Architecture.X64));
        Assert.Equal(
            [("libssl-3-x64.dll", "libcrypto-3-x64.dll"), ("libssl-4-x64.dll", "libcrypto-4-x64.dll")],
            OpenSslLibrary.Candidates(null, OSPlatform.Windows, Architecture.X64));
        Assert.Equal(
            ("libssl-3-arm64.dll", "libcrypto-3-arm64.dll"),
            OpenSslLibrary.Candidates(null, OSPlatform.Windows, Architecture.Arm64).First());
        Assert.Equal(
            [
                ("libssl.3.dylib", "libcrypto.3.dylib"),
                ("/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib"),
                ("/usr/local/opt/openssl@3/lib/libssl.3.dylib", "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib"),
            ],
            OpenSslLibrary.Candidates(null, OSPlatform.OSX, Architecture.Arm64).Take(3));
    }

    [Fact]
    public void A_folder_that_is_named_is_the_only_one()
    {
        Assert.Equal(
            [(Path.Combine("here", "libssl.so.3"), Path.Combine("here", "libcrypto.so.3")),
                (Path.Combine("here", "libssl.so.4"), Path.Combine("here", "libcrypto.so.4"))],
            OpenSslLibrary.Candidates("here", OSPlatform.Linux, Architecture.X64));
        DllNotFoundException thrown = Assert.Throws<DllNotFoundException>(() => OpenSslLibrary.Find("/there/is/none"));
        Assert.Contains("/there/is/none", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(OpenSslLibrary.Folder, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_none_is_told_what_to_install()
    {
        Assert.Contains("apt-get install libssl3", OpenSslLibrary.Advice(null, OSPlatform.Linux), StringComparison.Ordinal);
        Assert.Contains("libssl-3-x64.dll", OpenSslLibrary.Advice(null, OSPlatform.Windows), StringComparison.Ordinal);
        Assert.Contains("brew install openssl@3", OpenSslLibrary.Advice(null, OSPlatform.OSX), StringComparison.Ordinal);
    }

    [Fact]
    public void The_one_that_is_used_is_OpenSSL_3_or_newer()
    {
        OpenSslLibrary.Load();
        Assert.True(OpenSslLibrary.Version >= 0x30000000);
    }
}
