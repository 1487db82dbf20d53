using System.Collections.Generic;
using System.Linq;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;

namespace Ipso.Generator.Emit;

/// <summary>
/// What of an object follows its values by itself, as IPSO Smart Objects mean it: the extremes and their reset follow the measured value,
/// and the timestamps, once they are given a clock, every new value of a mandatory resource.
/// </summary>
internal sealed class Measurement
{
    // The IPSO reusable resources.
    private const ushort TimestampId = 5518;
    private const ushort MinimumId = 5601;
    private const ushort MaximumId = 5602;
    private const ushort ResetId = 5605;
    private const ushort SensorValueId = 5700;
    private const ushort FractionId = 6050;

    private readonly ResourceShape? _minimum;
    private readonly ResourceShape? _maximum;
    private readonly ResourceShape? _reset;
    private readonly ResourceShape? _timestamp;
    private readonly ResourceShape? _fraction;
    private readonly ResourceShape? _measured;
    private readonly ResourceShape[] _stamped = [];

    public Measurement(IReadOnlyList<ResourceShape> resources)
    {
        ResourceShape[] values = [.. resources.Where(static r => IsValue(r, null) && !IsFollower(r.Definition.Id))];

        _minimum = Find(resources, MinimumId, ResourceKind.Float);
        _maximum = Find(resources, MaximumId, ResourceKind.Float);
        _measured = MeasuredOf(values);
        if (_measured is null || (_minimum is null && _maximum is null))
        {
            (_measured, _minimum, _maximum) = (null, null, null);
        }
        else
        {
            _reset = resources.FirstOrDefault(static r => r.Definition is { Id: ResetId, IsExecutable: true });
        }

        _timestamp = Find(resources, TimestampId, ResourceKind.Time);
        _fraction = Find(resources, FractionId, ResourceKind.Float);
        if (_timestamp is not null || _fraction is not null)
        {
            _stamped = [.. values.Where(static r => r.Definition.IsRequired)];
        }
    }

    private bool HasExtremes => _measured is not null;

    private bool HasTime => _stamped.Length > 0;

    /// <summary>The statement that makes others follow a new value of the resource, or null where none do.</summary>
    public string? FollowUp(ResourceShape resource) =>
        (resource == _measured, _stamped.Contains(resource)) switch
        {
            // What an object does not have is not called: a native program would have it for the sake of the others.
            (true, true) => $"{KeepExtremes} {RuntimeNames.KeepTime}();",
            (true, false) => KeepExtremes,
            (false, true) => $"{RuntimeNames.KeepTime}();",
            _ => null,
        };

    private const string KeepExtremes = $"{RuntimeNames.KeepExtremes}(anew: false);";

    /// <summary>The statement of the constructor that gives the reset its handler, or null.</summary>
    public string? Initialization => _reset is null ? null : $"{_reset.Name} = {RuntimeNames.MeasureAnew};";

    /// <summary>What a resource's documentation says of its presence, or null where nothing here concerns it.</summary>
    public string? Remark(ResourceShape resource) =>
        resource == _reset ? " Answers by itself, unless given another handler."
        : resource == _minimum || resource == _maximum ? $" Follows <see cref=\"{_measured!.Name}\"/>."
        : HasTime && (resource == _timestamp || resource == _fraction)
            ? $" Absent until set, here or by <see cref=\"{RuntimeNames.TimestampClock}\"/>."
        : null;

    /// <summary>The members that let the others follow.</summary>
    public void Write(SourceWriter w)
    {
        if (HasTime)
        {
            string times = string.Join(" and ", new[] { _timestamp, _fraction }.Where(static r => r is not null).Select(Reference));
            string values = string.Join(" or ", _stamped.Select(Reference));
            w.Lines($$"""
                /// <summary>The clock that gives each new {{values}} its {{times}}; null, as at first, leaves that to you.</summary>
                public global::System.TimeProvider? {{RuntimeNames.TimestampClock}} { get; set; }

                """);
        }

        if (HasExtremes)
        {
            w.Line("/// <inheritdoc/>");
            using (w.Block($"protected override void {RuntimeNames.KeepExtremes}(bool anew)"))
            {
                // A measured value that is optional may have been removed.
                w.Write(_measured!.Definition.IsRequired ? "" : $"if ({RuntimeNames.Has}({Identifier.Number(_measured.Index)})) ");
                (string method, string extremes) = (_minimum, _maximum) switch
                {
                    ({ } minimum, { } maximum) => (RuntimeNames.KeepExtremes, $"{PlaceOf(minimum)}, {PlaceOf(maximum)}"),
                    ({ } minimum, _) => (RuntimeNames.KeepMinimum, PlaceOf(minimum)),
                    _ => (RuntimeNames.KeepMaximum, PlaceOf(_maximum!)),
                };
                w.Line($"{method}(in {_measured.Field}, {extremes}, anew);");
            }

            w.Line();
        }

        if (HasTime)
        {
            w.Line("/// <inheritdoc/>");
            using (w.Block($"protected override void {RuntimeNames.KeepTime}()"))
            {
                string times = string.Join(", ", new[] { _timestamp, _fraction }.Where(static r => r is not null).Select(static r => PlaceOf(r!)));
                w.Line($"{RuntimeNames.KeepTime}({RuntimeNames.TimestampClock}?.GetUtcNow().UtcTicks, {times});");
            }

            w.Line();
        }
    }

    private static string PlaceOf(ResourceShape resource) => $"ref {resource.Field}, {Identifier.Number(resource.Index)}";

    // Sensor Value wherever there is one; else the value that every instance has, where that is a single one.
    private static ResourceShape? MeasuredOf(ResourceShape[] values)
    {
        ResourceShape[] floats = [.. values.Where(static r => r.Definition.Kind == ResourceKind.Float)];
        ResourceShape[] required = [.. floats.Where(static r => r.Definition.IsRequired)];
        return floats.FirstOrDefault(static r => r.Definition.Id == SensorValueId) ?? (required.Length == 1 ? required[0] : null);
    }

    private static ResourceShape? Find(IEnumerable<ResourceShape> resources, ushort id, ResourceKind kind) =>
        resources.FirstOrDefault(r => r.Definition.Id == id && IsValue(r, kind));

    private static bool IsValue(ResourceShape resource, ResourceKind? kind) =>
        resource.Definition is { IsExecutable: false, IsMultiple: false, IsReadable: true } definition
        && (kind is null || definition.Kind == kind);

    private static bool IsFollower(ushort id) => id is TimestampId or MinimumId or MaximumId or FractionId;

    private static string Reference(ResourceShape? resource) => $"<see cref=\"{resource!.Name}\"/>";
}
