using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>Statements that are prepared once: what is done a thousand times in a transaction is not parsed a thousand times.</summary>
/// <param name="connection">Where to.</param>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>The transaction that what follows is part of.</summary>
    internal SqliteTransaction? Transaction { get; set; }

    /// <summary>Does something.</summary>
    /// <param name="text">A constant, whose parameters are <c>$1</c>, <c>$2</c> and so on.</param>
    /// <param name="values">Their values; <see langword="null"/> is SQL's.</param>
    /// <returns>How many rows were changed.</returns>
    internal int Execute(string text, params ReadOnlySpan<object?> values) => Prepare(text, values).ExecuteNonQuery();

    /// <summary>Gives the first column of the first row.</summary>
    /// <returns><see langword="null"/> where there is no row.</returns>
    /// <inheritdoc cref="Execute"/>
    internal object? Scalar(string text, params ReadOnlySpan<object?> values) => Prepare(text, values).ExecuteScalar();

    /// <summary>Gives rows.</summary>
    /// <returns>The rows, to be disposed of before the same text is used again.</returns>
    /// <inheritdoc cref="Execute"/>
    internal SqliteDataReader Read(string text, params ReadOnlySpan<object?> values) => Prepare(text, values).ExecuteReader();

    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values)
        {
            command.Dispose();
        }
    }

    private SqliteCommand Prepare(string text, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(text, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant.
            command.CommandText = text;
#pragma warning restore CA2100
            for (int i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
            }

            _commands.Add(text, command);
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.Transaction = Transaction;
        return command;
    }
}
