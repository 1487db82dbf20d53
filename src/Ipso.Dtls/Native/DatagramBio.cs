using System.Runtime.InteropServices;

namespace Ipso.Dtls.Native;

/// <summary>OpenSSL's way to datagrams (a BIO) over a <see cref="DatagramWindow"/>.</summary>
internal static unsafe class DatagramBio
{
    private static readonly nint s_method = NewMethod();

    /// <summary>Makes a BIO. It does not own the window.</summary>
    public static nint New(DatagramWindow* window)
    {
        nint bio = LibCrypto.BIO_new(s_method);
        if (bio != 0)
        {
            LibCrypto.BIO_set_data(bio, window);
            LibCrypto.BIO_set_init(bio, 1);

            // To have nothing to read is always to try again, and nothing else ever fails: said once.
            LibCrypto.BIO_set_flags(bio, LibCrypto.BioFlagsReadRetry);
        }

        return bio;
    }

    // Questions about the path have no answer: the MTU is told by SSL_set_mtu, timers are asked for by NextDeadline, and flushing succeeds.
    // That is what OpenSSL's null BIO says, without a way into .NET and back twice for each record.
    private static nint NewMethod()
    {
        nint method = LibCrypto.BIO_meth_new(LibCrypto.BIO_get_new_index() | LibCrypto.BioTypeSourceSink, "datagram window");
        if (method == 0
            || LibCrypto.BIO_meth_set_read(method, &Read) == 0
            || LibCrypto.BIO_meth_set_write(method, &Write) == 0
            || LibCrypto.BIO_meth_set_ctrl(method, LibCrypto.BIO_meth_get_ctrl(LibCrypto.BIO_s_null())) == 0)
        {
            throw new InvalidOperationException("OpenSSL has no memory for a BIO method.");
        }

        return method;
    }

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* buffer, int length)
    {
        try
        {
            return ((DatagramWindow*)LibCrypto.BIO_get_data(bio))->Read(buffer, length);
        }
#pragma warning disable CA1031 // Nothing may be thrown through OpenSSL.
        catch
        {
            return -1;
        }
#pragma warning restore CA1031
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* datagram, int length)
    {
        try
        {
            return ((DatagramWindow*)LibCrypto.BIO_get_data(bio))->Write(datagram, length);
        }
#pragma warning disable CA1031 // No memory for the queue: the datagram is as if lost.
        catch
        {
            return length;
        }
#pragma warning restore CA1031
    }
}
