using System.Runtime.InteropServices;

namespace Ipso.Dtls.Native;

/// <summary>What OpenSSL says went wrong, in its words; they never hold anything of a key.</summary>
internal static unsafe class OpenSslError
{
    /// <summary>The last error of this thread.</summary>
    /// <returns>Such as <c>tlsv1 alert unknown ca</c>.</returns>
    public static string Describe()
    {
        CULong error = LibCrypto.ERR_peek_last_error();
        string? reason = error.Value == 0 ? null : Text(LibCrypto.ERR_reason_error_string(error));
        LibCrypto.ERR_clear_error();
        return reason ?? "OpenSSL says no reason";
    }

    /// <summary>
    /// Has what this thread left behind not taken for an error of the next call. To look first is much cheaper than to clear.
    /// </summary>
    public static void Forget()
    {
        if (LibCrypto.ERR_peek_last_error().Value != 0)
        {
            LibCrypto.ERR_clear_error();
        }
    }

    /// <summary>A C string.</summary>
    public static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);
}
