using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What the object Device (3) does: restarts and resets, after the server has its answer; keeps the faults at present; tells the time, and
/// takes it from servers.
/// </summary>
public sealed class DeviceControl : ObjectBehaviour
{
    /// <summary>The highest Error Code.</summary>
    public const int MaxErrorCode = 32;

    /// <summary>
    /// How long after a Reboot or Factory Reset it is done: the answer is out by then, and has been sent anew if it was lost.
    /// </summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly SortedSet<long> _errors = [];
    private TimeSpan _correction;
    private Action? _pending;
    private long _shownSecond = long.MinValue;

    /// <summary>Makes it, for an instance of its own or the program's.</summary>
    /// <param name="target">
    /// The instance, with what is to be known of the device; its Reboot and Reset Error Code become those of this.
    /// <see langword="null"/> for a new one.
    /// </param>
    public DeviceControl(Objects.Device? target = null)
        : base(target ??= new() { Reboot = null, ErrorCode = [0], SupportedBindingAndModes = "U" })
    {
        Target = target;
        Target.Reboot = OnReboot;
        Target.ResetErrorCode = _ => ResetErrors();
        if (Target.ErrorCode.Count == 0)
        {
            ShowErrors();
        }
    }

    /// <summary>The instance: manufacturer, battery and so on are set there, by any thread.</summary>
    public new Objects.Device Target { get; }

    /// <summary>Restarts the device. Where there is none, a server's Reboot is refused with 4.05.</summary>
    public Action? Rebooting { get; set; }

    /// <summary>
    /// Brings the device back to what it was when it left the factory. Where there is none, there is no such resource.
    /// </summary>
    public Action? Resetting
    {
        get;
        set
        {
            field = value;
            Target.FactoryReset = value is null ? null : OnFactoryReset;
        }
    }

    /// <summary>Called before the instance is read, to set what is measured then, such as the battery's level and the memory that is free.</summary>
    public Action<Objects.Device>? Refreshing { get; set; }

    /// <summary>
    /// Told that a server has set the clock, and how much later it is to be than <see cref="DeviceEndpoint.Clock"/> says. Current Time goes
    /// by that from now on, and nothing else does: a program that sets the system's clock says so by <see cref="ClockWasSet"/>.
    /// </summary>
    public Action<TimeSpan>? TimeSet { get; set; }

    /// <summary>Called when a server has reset the faults, to look which of them persist.</summary>
    public Action? ErrorsReset { get; set; }

    /// <summary>Adds a fault, if it is not there. From any thread.</summary>
    /// <param name="code">
    /// 1: battery low, 2: external power off, 3: GPS failed, 4: weak radio signal, 5: out of memory, 6: SMS failed, 7: no IP connectivity,
    /// 8: a peripheral failed; 16 to 32: the device's own.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The code is below 1 or above 32.</exception>
    public void AddError(int code)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, MaxErrorCode);
        lock (_gate)
        {
            if (_errors.Add(code))
            {
                ShowErrors();
            }
        }
    }

    /// <summary>Takes a fault away that is over. From any thread.</summary>
    /// <param name="code">The code.</param>
    /// <returns>Whether it was there.</returns>
    public bool RemoveError(int code)
    {
        lock (_gate)
        {
            bool isThere = _errors.Remove(code);
            if (isThere)
            {
                ShowErrors();
            }

            return isThere;
        }
    }

    /// <summary>The clock of <see cref="DeviceEndpoint.Clock"/> is right now: what servers have said of it counts no more.</summary>
    public void ClockWasSet() => _correction = TimeSpan.Zero;

    /// <inheritdoc/>
    protected internal override void OnReading()
    {
        Refreshing?.Invoke(Target);
        if (Clock is not { } clock)
        {
            return;
        }

        // Not a change that anybody is to hear of: it would be one at each read.
        DateTimeOffset now = Corrected(clock);
        if (now.ToUnixTimeSeconds() != _shownSecond)
        {
            _shownSecond = now.ToUnixTimeSeconds();
            Target.ShowTime(now);
        }
    }

    /// <inheritdoc/>
    protected internal override void OnWritten(Lwm2mPath path)
    {
        // Whoever writes other resources has not written the time that is shown.
        bool isTime = path.Depth == 2
            ? Target.CurrentTime?.ToUnixTimeSeconds() != _shownSecond
            : path.ResourceId == Objects.Device.ResourceIds.CurrentTime;
        if (isTime && Target.CurrentTime is { } time && Clock is { } clock)
        {
            _correction = time - clock;
            _shownSecond = time.ToUnixTimeSeconds();
            TimeSet?.Invoke(_correction);
        }
    }

    /// <inheritdoc/>
    protected internal override void OnDue()
    {
        Action? pending = _pending;
        _pending = null;
        pending?.Invoke();
    }

    // What a server says may be near the end of time.
    private DateTimeOffset Corrected(DateTimeOffset clock) => new(
        Math.Clamp(clock.UtcTicks + _correction.Ticks, DateTimeOffset.MinValue.UtcTicks, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);

    private void OnReboot(ExecuteArguments arguments)
    {
        if (Rebooting is null)
        {
            arguments.Refuse("this device does not restart on demand");
        }
        else
        {
            Do(() => Rebooting?.Invoke());
        }
    }

    private void OnFactoryReset(ExecuteArguments arguments) => Do(() => Resetting?.Invoke());

    private void Do(Action action)
    {
        _pending = action;
        ActIn(Delay);
    }

    private void ResetErrors()
    {
        lock (_gate)
        {
            _errors.Clear();
            ShowErrors();
        }

        ErrorsReset?.Invoke();
    }

    // One instance for each fault, and one that says 0 where there is none.
    private void ShowErrors()
    {
        using UpdateScope update = Target.BeginUpdate();
        long[] codes = _errors.Count == 0 ? [0] : [.. _errors];
        for (int i = 0; i < codes.Length; i++)
        {
            Target.ErrorCode[(ushort)i] = codes[i];
        }

        for (int i = Target.ErrorCode.Count - 1; i >= codes.Length; i--)
        {
            _ = Target.ErrorCode.Remove((ushort)i);
        }
    }
}
