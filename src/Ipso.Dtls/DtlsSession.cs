using System.Security.Cryptography;
using Ipso.Coap.Engine;
using Ipso.Dtls.Native;
using Ipso.Net.Security;

namespace Ipso.Dtls;

/// <summary>A session of DTLS 1.2, by OpenSSL. Its retransmissions follow the system's clock, whatever the moments given are.</summary>
internal sealed unsafe partial class DtlsSession : SecuritySession
{
    // Buffers of 16 KiB and more are given back after so long without a record.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(10);

    private readonly SslHandle _handle;
    private readonly bool _isServer;
    private SessionState _state;
    private PeerIdentity? _identity;
    private int _maxPayload;
    private Instant? _due;
    private Instant _lastUsed;
    private bool _hasBuffers = true;
    private int _leastProtected = Records.LeastProtected(null);
    private string? _failure;

    public override SessionState State => _state;

    public override PeerIdentity? Identity => _identity;

    public override int MaxPayload => _maxPayload;

    public override Instant? NextDeadline => _due;

    public override string? Failure => _failure ?? (_isUnknown ? "The peer's identity is not known." : null);

    /// <summary>The name that the client has asked for (SNI); null for none.</summary>
    public string? RequestedName => OpenSslError.Text(LibSsl.SSL_get_servername(_handle.Ssl, 0));

    /// <summary>OpenSSL's name of the cipher suite; null before there is one.</summary>
    public string? CipherSuite =>
        LibSsl.SSL_get_current_cipher(_handle.Ssl) is not 0 and var cipher ? OpenSslError.Text(LibSsl.SSL_CIPHER_get_name(cipher)) : null;

    /// <summary>Whether it has OpenSSL's buffers, which are given back after a while without a record.</summary>
    public bool HasBuffers => _hasBuffers;

    /// <summary>Whether an earlier session was resumed.</summary>
    public bool IsResumed => LibSsl.SSL_session_reused(_handle.Ssl) == 1;

    public override DatagramVerdict Receive(ReadOnlySpan<byte> datagram, Span<byte> plain, Instant now, out int length)
    {
        length = 0;
        if (_state == SessionState.Closed || _handle.IsClosed)
        {
            return DatagramVerdict.Discarded;
        }

        if (!Records.ArePlausible(datagram, _leastProtected))
        {
            return DatagramVerdict.Malformed;
        }

        // What is shown to OpenSSL of it stays where it is until it is hidden.
        fixed (byte* pinned = datagram)
        {
            DatagramVerdict verdict = _state == SessionState.Handshaking
                ? Negotiate(datagram, plain, now, out length)
                : Read(datagram, plain, now, out length);
            _handle.Window->Hide();
            return verdict;
        }
    }

    public override bool TryReadMore(Span<byte> plain, out int length)
    {
        length = 0;
        return _state == SessionState.Open && !_handle.IsClosed && TryRead(plain, out length);
    }

    public override int Protect(ReadOnlySpan<byte> plain, Span<byte> datagram, Instant now)
    {
        // OpenSSL would send what is longer than the path takes.
        if (_state != SessionState.Open || plain.IsEmpty || plain.Length > _maxPayload || _handle.IsClosed)
        {
            return 0;
        }

        Wake(now);
        fixed (byte* from = plain, to = datagram)
        {
            _handle.Window->Open(to, datagram.Length);
            OpenSslError.Forget();
            int written = LibSsl.SSL_write(_handle.Ssl, from, plain.Length);
            int length = _handle.Window->Close();
            if (written <= 0)
            {
                Examine(written);
                return 0;
            }

            return length;
        }
    }

    public override bool TryTransmit(Span<byte> datagram, Instant now, out int length)
    {
        length = 0;
        return !_handle.IsClosed && _handle.Window->TryTake(datagram, out length);
    }

    public override void OnDeadline(Instant now)
    {
        if (_handle.IsClosed || !(_due <= now))
        {
            return;
        }

        switch (_state)
        {
            case SessionState.Handshaking:
                OpenSslError.Forget();
                if (!_handle.HandleTimeout())
                {
                    Fail("The peer does not answer.");
                }

                Schedule(now);
                break;
            case SessionState.Open when now - _lastUsed < s_idle:
                _due = _lastUsed + s_idle;
                break;
            case SessionState.Open:
                _due = null;
                _hasBuffers = LibSsl.SSL_free_buffers(_handle.Ssl) != 1;
                break;
            default:
                _due = null;
                break;
        }
    }

    public override void Close()
    {
        if (_state == SessionState.Open && !_handle.IsClosed)
        {
            Wake(_lastUsed);
            SayGoodbye();
        }

        _state = SessionState.Closed;
        _due = null;
    }

    protected override void Dispose(bool disposing)
    {
        _state = SessionState.Closed;
        _due = null;
        if (disposing)
        {
            _handle.Dispose();
            CryptographicOperations.ZeroMemory(_binding);
        }

        base.Dispose(disposing);
    }

    private void Show(ReadOnlySpan<byte> pinned)
    {
        fixed (byte* records = pinned)
        {
            _handle.Window->Show(records, pinned.Length);
        }
    }

    private DatagramVerdict Read(ReadOnlySpan<byte> datagram, Span<byte> plain, Instant now, out int length)
    {
        Show(datagram);
        bool slept = !_hasBuffers;
        Wake(_lastUsed);
        if (TryRead(plain, out length))
        {
            _lastUsed = now;
            if (slept)
            {
                _due = now + s_idle;
            }

            return DatagramVerdict.Authentic;
        }

        if (slept && _state == SessionState.Open)
        {
            // A stranger does not make it keep memory.
            _hasBuffers = LibSsl.SSL_free_buffers(_handle.Ssl) != 1;
            _due = _hasBuffers ? _due : null;
        }

        return _state == SessionState.Closed ? DatagramVerdict.Authentic
            : _handle.Window->HasQueued ? DatagramVerdict.Handshake
            : DatagramVerdict.Discarded;
    }

    private bool TryRead(Span<byte> plain, out int length)
    {
        length = 0;
        fixed (byte* to = plain)
        {
            OpenSslError.Forget();
            Current = this;
            int read = LibSsl.SSL_read(_handle.Ssl, to, plain.Length);
            Current = null;
            if (read > 0)
            {
                length = read;
                return true;
            }

            Examine(read);
            return false;
        }
    }

    // What it means that a call has not succeeded.
    private void Examine(int result)
    {
        switch (LibSsl.SSL_get_error(_handle.Ssl, result))
        {
            case LibSsl.ErrorWantRead or LibSsl.ErrorWantWrite:
                break;
            case LibSsl.ErrorZeroReturn:
                SayGoodbye();
                _state = SessionState.Closed;
                _due = null;
                break;
            default:
                Fail(OpenSslError.Describe());
                break;
        }
    }

    private void SayGoodbye()
    {
        OpenSslError.Forget();
        _ = LibSsl.SSL_shutdown(_handle.Ssl);
    }

    // A reason that is known already says more than what follows from it.
    private void Fail(string reason)
    {
        _failure ??= reason;
        _state = SessionState.Closed;
        _due = null;
    }

    private void Wake(Instant now)
    {
        _lastUsed = now;
        if (!_hasBuffers)
        {
            _hasBuffers = LibSsl.SSL_alloc_buffers(_handle.Ssl) == 1;
            _due = now + s_idle;
        }
    }
}
