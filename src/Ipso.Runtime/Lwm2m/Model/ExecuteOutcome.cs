namespace Ipso.Lwm2m.Model;

/// <summary>Why an Execute is refused.</summary>
public enum ExecuteRefusal : byte
{
    /// <summary>Not in the state that the device is in: 4.05 Method Not Allowed.</summary>
    NotAllowed,

    /// <summary>Not with such arguments: 4.00 Bad Request.</summary>
    BadArguments,
}

/// <summary>What a handler says of an Execute besides doing it.</summary>
internal sealed class ExecuteOutcome
{
    /// <summary>Why it was refused, in words; <see langword="null"/> if it was not.</summary>
    internal string? Reason { get; private set; }

    /// <summary>What kind of error that is.</summary>
    internal ExecuteRefusal Refusal { get; private set; }

    /// <summary>Begins anew, for the next one.</summary>
    internal void Clear() => Reason = null;

    internal void Refuse(string reason, ExecuteRefusal refusal)
    {
        Reason = reason;
        Refusal = refusal;
    }
}
