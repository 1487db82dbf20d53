namespace Ipso.Server.Stores;

/// <summary>
/// Keeps commands until their devices are awake, for longer than a server lives. Each write is over when it is durable. Whoever takes a command
/// owns it until he completes it, or another one takes it who comes after him: with another incarnation, and a registration that is not older.
/// </summary>
public interface ICommandStore
{
    /// <summary>Keeps a command, which waits from then on.</summary>
    /// <param name="command">The command; its id is the store's to give.</param>
    /// <param name="cancellationToken">Gives up; whether it was written is not known then.</param>
    /// <returns>The command with its id, greater than any that was given before; where the endpoint has one with the same key, that one.</returns>
    ValueTask<CommandRecord> EnqueueAsync(CommandRecord command, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the commands of an endpoint that wait, and are not expired, in the order of their ids; and those of an owner who is gone. What such
    /// an owner may have had done is taken again where that does no harm, and else is over: <see cref="CommandState.Unknown"/>.
    /// </summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="owner">Who takes them.</param>
    /// <param name="now">The moment.</param>
    /// <param name="max">How many at most; fewer are all there are.</param>
    /// <param name="cancellationToken">Gives up; whether they were taken is not known then.</param>
    /// <returns>The commands as they are now: <see cref="CommandState.UnderWay"/> or <see cref="CommandState.Unknown"/>.</returns>
    ValueTask<IReadOnlyList<CommandRecord>> TakeAsync(
        string endpoint, CommandOwner owner, DateTimeOffset now, int max, CancellationToken cancellationToken = default);

    /// <summary>Says what has become of a command that was taken.</summary>
    /// <param name="id">The command.</param>
    /// <param name="owner">Who has taken it.</param>
    /// <param name="state">What has become of it; <see cref="CommandState.Waiting"/> where it was not done and waits again.</param>
    /// <param name="answer">What came of it, in a form of the server's.</param>
    /// <param name="cancellationToken">Gives up; whether it was written is not known then.</param>
    /// <returns><see cref="WriteOutcome.Fenced"/> where another one owns it.</returns>
    ValueTask<WriteOutcome> CompleteAsync(
        long id, CommandOwner owner, CommandState state, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken = default);

    /// <summary>Removes a command that waits.</summary>
    /// <param name="id">The command.</param>
    /// <param name="cancellationToken">Gives up; whether it was removed is not known then.</param>
    /// <returns><see cref="WriteOutcome.Fenced"/> where it was taken, or is over.</returns>
    ValueTask<WriteOutcome> CancelAsync(long id, CancellationToken cancellationToken = default);

    /// <summary>Finds a command, also one that is over, until its time is.</summary>
    /// <param name="id">The command.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    ValueTask<CommandRecord?> FindAsync(long id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the commands whose time is over; those that are under way when it is over for longer than
    /// <see cref="CommandRecord.LongestUnderWay"/>, since whoever has taken them has ended, and their devices do not come.
    /// </summary>
    /// <param name="now">The moment.</param>
    /// <param name="max">How many at most that waited, or were under way.</param>
    /// <param name="cancellationToken">Gives up; whether they were removed is not known then.</param>
    /// <returns>Those that waited, which are <see cref="CommandState.Expired"/>, and those that were under way: <see cref="CommandState.Unknown"/>.
    /// </returns>
    ValueTask<IReadOnlyList<CommandRecord>> RemoveExpiredAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default);
}

/// <summary>Who has taken a command.</summary>
/// <param name="Epoch">The epoch of the device's registration.</param>
/// <param name="Incarnation">The server, from its start to its end.</param>
public readonly record struct CommandOwner(long Epoch, long Incarnation)
{
    /// <summary>Whether one who takes a command may take it from this one.</summary>
    /// <param name="next">Who takes it.</param>
    public bool IsBefore(CommandOwner next) => Incarnation != next.Incarnation && Epoch <= next.Epoch;
}

/// <summary>How far a command has come.</summary>
public enum CommandState : byte
{
    /// <summary>It waits for its device.</summary>
    Waiting,

    /// <summary>Somebody has taken it, and sends it or has sent it.</summary>
    UnderWay,

    /// <summary>The device has answered, with success or an error.</summary>
    Answered,

    /// <summary>It may have been done or not: it was sent, is not to be done twice, and there is no answer.</summary>
    Unknown,

    /// <summary>Its time was over before it was sent.</summary>
    Expired,

    /// <summary>It cannot be sent: the device takes none of its formats, or it cannot be read.</summary>
    Refused,
}

/// <summary>A command as a store has it.</summary>
/// <param name="Id">Its id; 0 before it is enqueued.</param>
/// <param name="Endpoint">The device, which may be one that has not registered yet.</param>
/// <param name="Key">Of an endpoint, one command has it: what is enqueued twice is there once. <see langword="null"/> for none.</param>
/// <param name="EnqueuedAt">When it was enqueued.</param>
/// <param name="ExpiresAt">Until when it may be sent, and is known.</param>
/// <param name="IsIdempotent">Whether it may be done twice.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Owner">Who has taken it; of no meaning while it waits.</param>
/// <param name="Request">What is asked, in a form of the server's.</param>
/// <param name="Answer">What came of it, in a form of the server's.</param>
public sealed record CommandRecord(
    long Id, string Endpoint, string? Key, DateTimeOffset EnqueuedAt, DateTimeOffset ExpiresAt, bool IsIdempotent, CommandState State,
    CommandOwner Owner, ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Answer)
{
    /// <summary>How long nobody has a command under way, whom it is not over for.</summary>
    public static readonly TimeSpan LongestUnderWay = TimeSpan.FromHours(1);
}
