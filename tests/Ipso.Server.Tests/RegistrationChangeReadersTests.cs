using Ipso.Coap;
using Ipso.Server.Registration;

namespace Ipso.Server.Tests;

/// <summary>Who reads what becomes of registrations, and how much waits for it.</summary>
public sealed class RegistrationChangeReadersTests
{
    private readonly RegistrationChangeReaders _readers = new();
    private readonly Dictionary<IAsyncEnumerator<RegistrationChange>, Task<bool>> _begun = [];

    // Anybody may send what is refused, as often as he likes.
    [Fact]
    public async Task Refusals_without_end_cost_nobody_what_has_happened()
    {
        IAsyncEnumerator<RegistrationChange> reader = Begin(null);
        Tell(RegistrationChangeKind.Registered, "a");
        for (int i = 0; i < 5000; i++)
        {
            Tell(RegistrationChangeKind.Refused, $"x{i}");
        }

        Tell(RegistrationChangeKind.Deregistered, "a");
        List<RegistrationChange> read = await ReadAsync(reader, RegistrationChangeReaders.RefusalsKept + 2);
        Assert.Equal((RegistrationChangeKind.Registered, RegistrationChangeKind.Deregistered), (read[0].Kind, read[^1].Kind));
        Assert.Equal("x0 x1", $"{read[1].Endpoint} {read[2].Endpoint}");

        // Those that were read make room, and so do those that are lost with the oldest.
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < RegistrationChangeReaders.RefusalsKept; i++)
            {
                Tell(RegistrationChangeKind.Refused, "y");
            }

            for (int i = 0; i < RegistrationChangeReaders.ChangesKept; i++)
            {
                Tell(RegistrationChangeKind.Registered, $"d{i}");
            }
        }

        Tell(RegistrationChangeKind.Refused, "z");
        read = await ReadAsync(reader, RegistrationChangeReaders.ChangesKept);
        Assert.Equal(("d1", "z"), (read[0].Endpoint, read[^1].Endpoint));
        _readers.Complete();
        Assert.False(await reader.MoveNextAsync());
    }

    [Fact]
    public async Task Of_one_endpoint_nothing_else_is_read_and_when_all_is_over_nothing_at_all()
    {
        IAsyncEnumerator<RegistrationChange> reader = Begin("b");
        Tell(RegistrationChangeKind.Registered, "a");
        Tell(RegistrationChangeKind.Registered, "b");
        Assert.Equal([RegistrationChangeKind.Updated, RegistrationChangeKind.Registered], (await ReadAsync(reader, 2)).Select(static change => change.Kind));
        await reader.DisposeAsync();
        _readers.Complete();
        Assert.False(await _readers.ReadAsync(null, default).GetAsyncEnumerator().MoveNextAsync());
    }

    // It reads from its first step on.
    private IAsyncEnumerator<RegistrationChange> Begin(string? endpoint)
    {
        IAsyncEnumerator<RegistrationChange> reader = _readers.ReadAsync(endpoint, default).GetAsyncEnumerator();
        _begun[reader] = reader.MoveNextAsync().AsTask();
        return reader;
    }

    private async Task<List<RegistrationChange>> ReadAsync(IAsyncEnumerator<RegistrationChange> reader, int count)
    {
        List<RegistrationChange> read = [];
        while (read.Count < count)
        {
            Assert.True(await (_begun.Remove(reader, out Task<bool>? begun) ? begun : reader.MoveNextAsync().AsTask()));
            read.Add(reader.Current);
        }

        return read;
    }

    private void Tell(RegistrationChangeKind kind, string endpoint) => _readers.Tell(new(kind, endpoint)
    {
        Fault = kind == RegistrationChangeKind.Refused ? new(CoapCode.BadRequest, "no") : null,
    });
}
