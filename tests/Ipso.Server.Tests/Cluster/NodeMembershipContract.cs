using Ipso.Server.Cluster;

namespace Ipso.Server.Tests.Cluster;

/// <summary>What everybody does who gives servers their places; a class for each derives from it.</summary>
public abstract class NodeMembershipContract
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(10);

    /// <summary>Opens it, without a server.</summary>
    private protected abstract INodeMembership Open();

    /// <summary>Lets the clock that leases go by go on.</summary>
    private protected abstract void Advance(TimeSpan span);

    private static async Task<NodeIdentity> JoinAsync(INodeMembership membership) => (await membership.JoinAsync(s_lease))!.Value;

    [Fact]
    public async Task Each_has_a_place_of_its_own_and_an_epoch_that_none_had_before()
    {
        INodeMembership membership = Open();
        Assert.Empty(await membership.ListAsync());
        NodeIdentity[] nodes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => JoinAsync(membership))));
        Assert.Equal(20, nodes.Select(static node => node.Id).Distinct().Count());
        Assert.DoesNotContain((byte)0, nodes.Select(static node => node.Id));
        Assert.Equal(20, nodes.Select(static node => node.Epoch).Distinct().Count());
        Assert.Equal(nodes.OrderBy(static node => node.Id), await membership.ListAsync());
        await membership.LeaveAsync(nodes[3]);
        Assert.False(await membership.RenewAsync(nodes[3], s_lease));
        NodeIdentity next = await JoinAsync(membership);
        Assert.True(next.Epoch > nodes.Max(static node => node.Epoch));
    }

    [Fact]
    public async Task A_lease_that_is_over_is_not_renewed_and_takes_nothing_from_who_has_the_place()
    {
        INodeMembership membership = Open();
        NodeIdentity first = await JoinAsync(membership), second = await JoinAsync(membership);
        Advance(TimeSpan.FromSeconds(9));
        Assert.True(await membership.RenewAsync(first, s_lease));
        Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([first], await membership.ListAsync());
        Assert.False(await membership.RenewAsync(second, s_lease));
        NodeIdentity third = await JoinAsync(membership);
        await membership.LeaveAsync(second);
        Assert.False(await membership.RenewAsync(second, s_lease));
        Assert.True(await membership.RenewAsync(third, s_lease));
        Assert.Equal([first, third], (await membership.ListAsync()).OrderBy(static node => node.Epoch));
        Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(await membership.ListAsync());
    }

    [Fact]
    public async Task There_are_255_places()
    {
        INodeMembership membership = Open();
        for (int i = 0; i < 255; i++)
        {
            await JoinAsync(membership);
        }

        Assert.Null(await membership.JoinAsync(s_lease));
        await membership.LeaveAsync((await membership.ListAsync())[99]);
        Assert.NotNull(await membership.JoinAsync(s_lease));
    }

    [Fact]
    public async Task Who_watches_is_told_who_comes_and_goes_and_in_which_order()
    {
        INodeMembership membership = Open();
        ManualTime time = new();
        NodeIdentity first = await JoinAsync(membership);
        await using IAsyncEnumerator<NodeChange> changes = membership.WatchAsync(TimeSpan.FromSeconds(1), time).GetAsyncEnumerator();
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(new(first, IsThere: true), changes.Current);
        await membership.LeaveAsync(first);
        NodeIdentity second = await JoinAsync(membership);
        ValueTask<bool> next = changes.MoveNextAsync();
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await next);
        Assert.Equal(new(first, IsThere: false), changes.Current);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(new(second, IsThere: true), changes.Current);
    }
}

/// <summary>The contract, by the places in one process.</summary>
public sealed class LocalMembershipTests : NodeMembershipContract
{
    private readonly ManualTime _time = new();

    private protected override INodeMembership Open() => new LocalMembership(_time);

    private protected override void Advance(TimeSpan span) => _time.Advance(span);
}
