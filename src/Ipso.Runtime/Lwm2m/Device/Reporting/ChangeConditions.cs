namespace Ipso.Lwm2m.Device;

/// <summary>
/// The attributes that ask for more than a change: <c>gt</c>, <c>lt</c>, <c>st</c> and <c>edge</c> (LwM2M TS Core, 5.1.2). What is not in
/// effect is NaN or null.
/// </summary>
internal readonly struct ChangeConditions
{
    private readonly double _greaterThan = double.NaN;
    private readonly double _lessThan = double.NaN;
    private readonly double _step = double.NaN;
    private readonly bool? _edge;
    private readonly bool _isOneWay;

    /// <summary>The conditions in effect of a set of attributes.</summary>
    /// <param name="attributes">The attributes, as they are in effect at one path.</param>
    /// <param name="isOneWay">Whether thresholds count in their own direction only.</param>
    internal ChangeConditions(in NotificationAttributes attributes, bool isOneWay)
    {
        _edge = attributes.Edge;
        _isOneWay = isOneWay;

        // Levels that are consistent each for itself may not be together: the conditions are not valid then.
        if (attributes.HasConsistentThresholds)
        {
            _greaterThan = attributes.GreaterThan ?? double.NaN;
            _lessThan = attributes.LessThan ?? double.NaN;
            _step = attributes.Step ?? double.NaN;
        }
    }

    /// <summary>Whether there are any.</summary>
    internal bool Any => _edge is not null || HasNumeric;

    private bool HasNumeric => !double.IsNaN(_greaterThan) || !double.IsNaN(_lessThan) || !double.IsNaN(_step);

    /// <summary>Whether a change is worth a notification.</summary>
    /// <param name="sent">The value that was sent last.</param>
    /// <param name="current">The value now.</param>
    internal bool AreMet(in ReportedValue sent, in ReportedValue current)
    {
        if (sent == current)
        {
            return false;
        }

        if (HasNumeric && sent.Number is { } before && current.Number is { } now)
        {
            return HasRisenAbove(_greaterThan, before, now)
                || HasFallenBelow(_lessThan, before, now)
                || !_isOneWay && (HasRisenTo(_lessThan, before, now) || HasFallenTo(_greaterThan, before, now))
                || Math.Abs(now - before) >= _step;
        }

        // On a value of another type a condition says nothing: each change counts.
        return _edge is not { } edge || current.Boolean is not { } isTrue || sent.Boolean is null || isTrue == edge;
    }

    private static bool HasRisenAbove(double threshold, double before, double now) => before <= threshold && now > threshold;

    private static bool HasFallenTo(double threshold, double before, double now) => before > threshold && now <= threshold;

    private static bool HasFallenBelow(double threshold, double before, double now) => before >= threshold && now < threshold;

    private static bool HasRisenTo(double threshold, double before, double now) => before < threshold && now >= threshold;
}
