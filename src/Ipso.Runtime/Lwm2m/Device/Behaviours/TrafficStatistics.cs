using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What the object Connectivity Statistics (7) does: counts the messages of the device between a Start and a Stop, or for as long as the
/// Collection Period says. Sizes are those of IP packets.
/// </summary>
public sealed class TrafficStatistics : ObjectBehaviour
{
    // Tx Data and Rx Data are in kilobytes of 1000 bytes.
    private const int Kilobyte = 1000;

    private bool _isCounting;
    private long _sent;
    private long _received;
    private long _messages;
    private int _largest;

    /// <summary>Makes it, for an instance of its own.</summary>
    public TrafficStatistics()
        : this(new() { Start = null, Stop = null })
    {
    }

    /// <summary>Makes it, for an instance of the program's, whose Start and Stop become those of this.</summary>
    /// <param name="target">The instance.</param>
    public TrafficStatistics(Objects.ConnectivityStatistics target)
        : base(target)
    {
        Target = target;
        Target.Start = _ => Start();
        Target.Stop = _ => Stop();
    }

    /// <summary>The bytes of the headers around each CoAP message: 28 for UDP over IPv4, 48 over IPv6. 28 at first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int HeaderLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 28;

    /// <summary>The instance.</summary>
    public new Objects.ConnectivityStatistics Target { get; }

    /// <summary>Begins anew to count, as a server's Start does. On the device's thread.</summary>
    public void Start()
    {
        _sent = _received = _messages = 0;
        _largest = 0;
        _isCounting = true;
        Show();
        Limit();
    }

    /// <summary>Counts no more, and keeps what was counted, as a server's Stop does. On the device's thread.</summary>
    public void Stop()
    {
        _isCounting = false;
        ActNever();
        Show();
    }

    /// <inheritdoc/>
    protected internal override void OnReading()
    {
        if (_isCounting)
        {
            Show();
        }
    }

    /// <inheritdoc/>
    protected internal override void OnWritten(Lwm2mPath path)
    {
        if (_isCounting && (path.Depth == 2 || path.ResourceId == Objects.ConnectivityStatistics.ResourceIds.CollectionPeriod))
        {
            Limit();
        }
    }

    /// <inheritdoc/>
    protected internal override void OnDue() => Stop();

    private protected override void OnMessage(int length, bool isSent)
    {
        if (!_isCounting)
        {
            return;
        }

        length += HeaderLength;
        long before = (_sent / Kilobyte) + (_received / Kilobyte);
        _sent += isSent ? length : 0;
        _received += isSent ? 0 : length;
        _messages++;
        _largest = Math.Max(_largest, length);
        // Not at each message: a notification of it would be the next one.
        if ((_sent / Kilobyte) + (_received / Kilobyte) != before)
        {
            Show();
        }
    }

    private void Limit()
    {
        if (Target.CollectionPeriod is > 0 and { } period)
        {
            ActIn(TimeSpan.FromSeconds(Math.Min(period, int.MaxValue)));
        }
        else
        {
            ActNever();
        }
    }

    private void Show()
    {
        using UpdateScope update = Target.BeginUpdate();
        Target.TxData = _sent / Kilobyte;
        Target.RxData = _received / Kilobyte;
        Target.MaxMessageSize = _largest;
        Target.AverageMessageSize = _messages == 0 ? 0 : (_sent + _received) / _messages;
    }
}
