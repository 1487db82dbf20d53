using System.Runtime.InteropServices;
using System.Text;

namespace Ipso.Dtls.Native;

/// <summary>An SSL, its BIO and the window that they look through. One thread at a time.</summary>
internal sealed unsafe class SslHandle : SafeHandle
{
    private DatagramWindow* _window;

    public SslHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The SSL: for its owner, which keeps this object alive and does not use it after disposing it.</summary>
    public nint Ssl => handle;

    public DatagramWindow* Window => _window;

    /// <summary>Makes one; null if there is no memory.</summary>
    public static SslHandle? New(nint context, DtlsOptions options, bool isServer)
    {
        SslHandle made = new() { _window = DatagramWindow.New((uint)options.RetransmissionTimeout.TotalMicroseconds) };
        made.SetHandle(LibSsl.SSL_new(context));
        nint bio = made.IsInvalid ? 0 : DatagramBio.New(made._window);
        if (bio == 0)
        {
            DatagramWindow.Free(made._window);
            made._window = null;
            made.Dispose();
            return null;
        }

        LibSsl.SSL_set_bio(made.handle, bio, bio);
        LibSsl.DTLS_set_timer_cb(made.handle, &SslCallbacks.NextTimeout);
        LibSsl.SSL_ctrl(made.handle, LibSsl.ControlSetMtu, new CLong(options.MaxDatagram), null);
        if (isServer)
        {
            LibSsl.SSL_set_accept_state(made.handle);
        }
        else
        {
            LibSsl.SSL_set_connect_state(made.handle);
        }

        return made;
    }

    /// <summary>Says which name the server is asked for (SNI).</summary>
    public void SetServerName(string name)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        {
            LibSsl.SSL_ctrl(handle, LibSsl.ControlHostName, default, text);
        }
    }

    /// <summary>Whether the peer has changed to the keys of this handshake, and is to prove with its Finished that it has them.</summary>
    public bool HasNewKeys => LibSsl.SSL_get_state(handle) is LibSsl.StateClientReadChange or LibSsl.StateServerReadChange;

    /// <summary>How long until a retransmission is due; null if none is.</summary>
    public TimeSpan? GetTimeout()
    {
        // A timeval: two longs, the second of them an int on macOS.
        long* time = stackalloc long[2];
        time[0] = time[1] = 0;
        if (LibSsl.SSL_ctrl(handle, LibSsl.ControlGetTimeout, default, time).Value != 1)
        {
            return null;
        }

        long seconds = ((CLong*)time)->Value;
        int microseconds = *(int*)((byte*)time + sizeof(CLong));
        return new TimeSpan((seconds * TimeSpan.TicksPerSecond) + (microseconds * TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>Retransmits what is due.</summary>
    /// <returns>False if that was too often.</returns>
    public bool HandleTimeout() => LibSsl.SSL_ctrl(handle, LibSsl.ControlHandleTimeout, default, null).Value >= 0;

    protected override bool ReleaseHandle()
    {
        // An SSL that ends without a word counts as broken, and OpenSSL would forget what resumes its session.
        LibSsl.SSL_set_shutdown(handle, LibSsl.ShutdownBoth);
        LibSsl.SSL_free(handle);
        if (_window != null)
        {
            DatagramWindow.Free(_window);
            _window = null;
        }

        return true;
    }
}
