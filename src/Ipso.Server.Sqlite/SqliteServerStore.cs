using Ipso.Server.Events;
using Ipso.Server.Stores;

namespace Ipso.Server.Sqlite;

/// <summary>
/// What a server is to know after it has started again, in one SQLite file: registrations, observations, commands, events, the keys of
/// devices, and what they are bootstrapped with, which has keys in it too. Many writes share a commit to the disk.
/// </summary>
/// <example>
/// <code>
/// await using SqliteServerStore store = SqliteServerStore.Open("server.db");
/// await using Lwm2mServer server = new(new() { Registrations = store.Registrations, Observations = store.Observations });
/// </code>
/// </example>
public sealed class SqliteServerStore : IAsyncDisposable
{
    private readonly SqliteFile _file;

    private SqliteServerStore(SqliteFile file, int maxEvents)
    {
        _file = file;
        Registrations = new SqliteRegistrationStore(file);
        Observations = new SqliteObservationStore(file);
        Commands = new SqliteCommandStore(file);
        Bootstraps = new SqliteBootstrapStore(file);
        Events = new SqliteEventOutbox(file, maxEvents);
        Security = new SqliteSecurityStore(file);
    }

    /// <summary>The registrations.</summary>
    public IRegistrationStore Registrations { get; }

    /// <summary>The observations.</summary>
    public IObservationStore Observations { get; }

    /// <summary>The commands.</summary>
    public ICommandStore Commands { get; }

    /// <summary>What devices are to have that ask to be bootstrapped.</summary>
    public IBootstrapStore Bootstraps { get; }

    /// <summary>The events that somebody is to take on.</summary>
    public IEventOutbox Events { get; }

    /// <summary>The keys of devices, and how far their numbers have been used.</summary>
    public ISecurityStore Security { get; }

    /// <summary>Opens a file, which is made where there is none.</summary>
    /// <param name="path">The file; SQLite makes two others beside it.</param>
    /// <param name="isDurable">Whether what is written outlives a loss of power, and not only the end of the process. True; false is faster,
    /// and loses the last moments with the power.</param>
    /// <param name="maxEvents">How many events may wait for whoever takes them on, 1 or more. A million.</param>
    /// <returns>The store, which is disposed of by its owner after the server.</returns>
    /// <exception cref="IOException">The file cannot be opened, is none of SQLite, or was made by a later version.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of events is.</exception>
    public static SqliteServerStore Open(string path, bool isDurable = true, int maxEvents = 1_000_000)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        return new(SqliteFile.Open(path, isDurable), maxEvents);
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
