using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Server.Stores;

namespace Ipso.Server.Security;

/// <summary>What comes of looking for contexts, each with the first number that it may send under.</summary>
internal sealed record OscoreFinding(IReadOnlyList<(OscoreRecord Record, ulong First)> Contexts);

/// <summary>
/// Brings security contexts out of a store when a device is heard of that none is there for. Used on the server's thread; what looks is bounded, and
/// so is what is remembered not to be there, since anybody may name any kid.
/// </summary>
/// <param name="protection">Where they go, and what asks for them.</param>
/// <param name="store">Where they are.</param>
internal sealed class OscoreContexts(OscoreProtection protection, ISecurityStore store)
{
    /// <summary>How many are looked for at a time; of more, requests are lost and come again.</summary>
    internal const int MaxSeeking = 256;

    /// <summary>How many are remembered not to be there.</summary>
    internal const int MaxAbsent = 1024;

    // Devices without a kid context may share a kid.
    private const int MaxShared = 16;

    private static readonly TimeSpan s_absence = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, ReservedNumbers> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seeking = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Instant> _absent = new(StringComparer.Ordinal);
    private readonly Queue<string> _absentInOrder = new();

    /// <summary>Has a call of the store made, and what it gives taken on the server's thread.</summary>
    internal required Action<Func<ValueTask<OscoreFinding>>, Action<OscoreFinding?>> Run { get; init; }

    /// <summary>Has numbers reserved.</summary>
    internal required Action<ReservedNumbers> Reserve { get; init; }

    /// <summary>Told of what is wrong with a context.</summary>
    internal required Action<Exception> Failed { get; init; }

    /// <summary>How much is kept of what is looked for.</summary>
    internal int SeekingCount => _seeking.Count;

    /// <summary>Looks for the context of a request.</summary>
    /// <returns>False if it is not there.</returns>
    internal bool Seek(ReadOnlySpan<byte> kid, ReadOnlySpan<byte> kidContext, Instant now)
    {
        string name = NameOf(kid, kidContext);
        if (_absent.TryGetValue(name, out Instant until) && now < until)
        {
            return false;
        }

        if (_seeking.Count < MaxSeeking && _seeking.Add(name))
        {
            (byte[] wanted, byte[] wantedContext) = (kid.ToArray(), kidContext.ToArray());
            Run(() => FindAsync(wanted, wantedContext), found => Take(name, found, now));
        }

        return true;
    }

    /// <summary>Forgets a context, whose keys are not to be used any more, or are others by now.</summary>
    internal bool Forget(ReadOnlySpan<byte> kid, ReadOnlySpan<byte> idContext)
    {
        _absent.Clear();
        _absentInOrder.Clear();
        return _numbers.Remove(NameOf(kid, idContext), out ReservedNumbers? numbers) && protection.Remove(numbers.Context!);
    }

    /// <summary>Takes what a store has given to a context.</summary>
    internal void Take(ReservedNumbers numbers, ulong? given)
    {
        numbers.Take(given);
        if (numbers.IsLost)
        {
            // Another server has the device now. Should it come back, its context is looked for as any other.
            Forget(numbers.Record.RecipientId.Span, numbers.Record.IdContext.Span);
        }
    }

    private async ValueTask<OscoreFinding> FindAsync(byte[] kid, byte[] kidContext)
    {
        List<(OscoreRecord, ulong)> found = [];
        foreach (OscoreRecord record in await store.FindOscoreAsync(kid, kidContext, MaxShared).ConfigureAwait(false))
        {
            if (await store.ReserveSequenceAsync(record.RecipientId, record.IdContext, ReservedNumbers.Count).ConfigureAwait(false) is { } first)
            {
                found.Add((record, first));
            }
        }

        return new(found);
    }

    private void Take(string name, OscoreFinding? found, Instant now)
    {
        _seeking.Remove(name);
        bool isThere = found is null;
        foreach ((OscoreRecord record, ulong first) in found?.Contexts ?? [])
        {
            isThere |= TryAdd(record, first);
        }

        if (!isThere)
        {
            while (_absentInOrder.Count >= MaxAbsent)
            {
                _absent.Remove(_absentInOrder.Dequeue());
            }

            _absent[name] = now + s_absence;
            _absentInOrder.Enqueue(name);
        }
    }

    private bool TryAdd(OscoreRecord record, ulong first)
    {
        string name = NameOf(record.RecipientId.Span, record.IdContext.Span);
        if (_numbers.ContainsKey(name))
        {
            // Looked for twice, with its ID Context and without.
            return true;
        }

        ReservedNumbers numbers = new(record, first, Reserve);
        try
        {
            SecurityContext context = new(new SecurityContextKeys
            {
                MasterSecret = record.MasterSecret.Span,
                MasterSalt = record.MasterSalt.Span,
                SenderId = record.SenderId.Span,
                RecipientId = record.RecipientId.Span,
                IdContext = record.IdContext.Span,
                Algorithm = record.Algorithm,
                Hmac = record.Hmac,
                SequenceNumber = first,
                Storage = numbers,
                ReserveNumbers = 1,
            });
            numbers.Context = context;
            if (protection.TryAdd(context))
            {
                _numbers.Add(name, numbers);
                return true;
            }

            context.Dispose();
            Failed(new InvalidOperationException($"{record} has no room among the {protection.Count} that there are."));
        }
        catch (ArgumentException e)
        {
            Failed(new InvalidDataException($"{record} cannot be used: {e.Message}", e));
        }

        return false;
    }

    private static string NameOf(ReadOnlySpan<byte> kid, ReadOnlySpan<byte> kidContext) =>
        $"{Convert.ToHexString(kid)}/{Convert.ToHexString(kidContext)}";
}
