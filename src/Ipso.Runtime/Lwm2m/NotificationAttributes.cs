namespace Ipso.Lwm2m;

/// <summary>
/// The attributes that say when an observer is notified (LwM2M TS Core, 5.1.2), as they are assigned at one level of the object tree, or
/// in the query of an Observe. What is not assigned is <see langword="null"/>.
/// </summary>
public readonly record struct NotificationAttributes
{
    /// <summary><c>pmin</c>: the least number of seconds between two notifications.</summary>
    public long? MinimumPeriod { get; init; }

    /// <summary><c>pmax</c>: the greatest number of seconds between two notifications; 0 is none.</summary>
    public long? MaximumPeriod { get; init; }

    /// <summary><c>gt</c>: a threshold to be crossed.</summary>
    public double? GreaterThan { get; init; }

    /// <summary><c>lt</c>: a threshold to be crossed.</summary>
    public double? LessThan { get; init; }

    /// <summary><c>st</c>: the least change that is worth a notification; greater than 0.</summary>
    public double? Step { get; init; }

    /// <summary><c>epmin</c>: the least number of seconds between two evaluations (LwM2M 1.1).</summary>
    public long? MinimumEvaluationPeriod { get; init; }

    /// <summary><c>epmax</c>: the greatest number of seconds between two evaluations (LwM2M 1.1).</summary>
    public long? MaximumEvaluationPeriod { get; init; }

    /// <summary><c>edge</c>: the change of a Boolean that is worth a notification, to true (1) or to false (0) (LwM2M 1.2).</summary>
    public bool? Edge { get; init; }

    /// <summary><c>con</c>: whether notifications are confirmable (LwM2M 1.2).</summary>
    public bool? Confirmable { get; init; }

    /// <summary><c>hqmax</c>: how many values are kept while the server is away (LwM2M 1.2).</summary>
    public long? MaximumHistoricalQueue { get; init; }

    /// <summary>
    /// Whether the set makes sense by itself: <c>lt</c> + 2 * <c>st</c> below <c>gt</c>, and <c>epmin</c> below <c>epmax</c>. A <c>pmax</c>
    /// below <c>pmin</c> is ignored, not wrong.
    /// </summary>
    public bool IsConsistent =>
        !(LessThan + 2 * (Step ?? 0) >= GreaterThan) && !(MinimumEvaluationPeriod >= MaximumEvaluationPeriod);

    /// <summary>These attributes, and where one is missing that of a level above.</summary>
    /// <param name="above">The attributes of the level above.</param>
    public NotificationAttributes InheritFrom(in NotificationAttributes above) => new()
    {
        MinimumPeriod = MinimumPeriod ?? above.MinimumPeriod,
        MaximumPeriod = MaximumPeriod ?? above.MaximumPeriod,
        GreaterThan = GreaterThan ?? above.GreaterThan,
        LessThan = LessThan ?? above.LessThan,
        Step = Step ?? above.Step,
        MinimumEvaluationPeriod = MinimumEvaluationPeriod ?? above.MinimumEvaluationPeriod,
        MaximumEvaluationPeriod = MaximumEvaluationPeriod ?? above.MaximumEvaluationPeriod,
        Edge = Edge ?? above.Edge,
        Confirmable = Confirmable ?? above.Confirmable,
        MaximumHistoricalQueue = MaximumHistoricalQueue ?? above.MaximumHistoricalQueue,
    };
}
