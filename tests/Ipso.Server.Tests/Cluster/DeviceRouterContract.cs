using System.Text;
using Ipso.Coap;
using Ipso.Server.Cluster;
using Ipso.Server.Operations;

namespace Ipso.Server.Tests.Cluster;

/// <summary>What everybody does who brings requests to other servers; a class for each derives from it.</summary>
public abstract class DeviceRouterContract
{
    private static readonly NodeIdentity s_node = new(3, 77);
    private static readonly DeviceAnswer s_answer = new(DeviceOutcome.Answered, null, CoapCode.Created, ContentFormat.PlainText, "yes"u8.ToArray(), new(3303, 1));

    /// <summary>Opens it, without a server.</summary>
    private protected abstract IDeviceRouter Open();

    /// <summary>Lets the clock that commands go by go on.</summary>
    private protected abstract void Advance(TimeSpan span);

    private static RoutedCommand Command(DeviceRequest? request = null) =>
        new("urn:dev:ä", 5, request ?? DeviceRequest.Read(new(3)), TimeSpan.FromSeconds(30));

    [Fact]
    public async Task A_command_and_its_answer_come_over_as_bytes()
    {
        IDeviceRouter router = Open();
        List<RoutedCommand> taken = [];
        Text content = new("a");
        RoutedCommand command = Command(DeviceRequest.Update(new(3303, 1, 5750), content).In(ContentFormat.Tlv));
        using IDisposable serving = router.Serve(s_node, (carried, _) =>
        {
            taken.Add(carried);
            return new(new RoutedAnswer(RoutedOutcome.Done, s_answer));
        });
        RoutedAnswer answer = await router.SendAsync(s_node, command);

        // Nothing that it was made of is there any more on the other side.
        RoutedCommand carried = Assert.Single(taken);
        Assert.NotSame(command.Request, carried.Request);
        content.Value = "b";
        Assert.Equal("urn:dev:ä 5 POST /3303/1/5750 Tlv a", $"{carried.Endpoint} {carried.Epoch} {carried.Request} {carried.Request.Accept} {Encoding.UTF8.GetString(carried.Request.Content!.Write(ContentFormat.PlainText).Span)}");
        Assert.InRange(carried.Timeout, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(30));
        Assert.NotSame(s_answer, answer.Answer);
        Assert.Equal(
            (RoutedOutcome.Done, DeviceOutcome.Answered, CoapCode.Created, ContentFormat.PlainText, "yes", new Lwm2m.Lwm2mPath(3303, 1)),
            (answer.Outcome, answer.Answer!.Outcome, answer.Answer.Code, answer.Answer.ContentFormat!.Value, Encoding.UTF8.GetString(answer.Answer.Payload.Span), answer.Answer.Location!.Value));
    }

    [Theory]
    [InlineData(RoutedOutcome.Sleeping)]
    [InlineData(RoutedOutcome.OwnerLost)]
    [InlineData(RoutedOutcome.Unknown)]
    [InlineData(RoutedOutcome.Expired)]
    public async Task What_has_become_of_it_is_told(RoutedOutcome outcome)
    {
        IDeviceRouter router = Open();
        using IDisposable serving = router.Serve(s_node, (_, _) => new(new RoutedAnswer(outcome)));
        Assert.Equal(new(outcome), await router.SendAsync(s_node, Command()));
    }

    [Fact]
    public async Task For_a_server_that_is_not_there_or_is_another_by_now_it_was_not_done()
    {
        IDeviceRouter router = Open();
        int taken = 0;
        Assert.Equal(RoutedOutcome.OwnerLost, (await router.SendAsync(s_node, Command())).Outcome);
        IDisposable serving = router.Serve(s_node, (_, _) =>
        {
            taken++;
            return new(new RoutedAnswer(RoutedOutcome.Done, s_answer));
        });
        Assert.Throws<InvalidOperationException>(() => router.Serve(s_node, (_, _) => default));
        Assert.Equal(RoutedOutcome.OwnerLost, (await router.SendAsync(s_node with { Epoch = 76 }, Command())).Outcome);
        Assert.Equal(RoutedOutcome.OwnerLost, (await router.SendAsync(s_node with { Id = 4 }, Command())).Outcome);
        Assert.Equal(RoutedOutcome.Done, (await router.SendAsync(s_node, Command())).Outcome);
        serving.Dispose();
        Assert.Equal(RoutedOutcome.OwnerLost, (await router.SendAsync(s_node, Command())).Outcome);
        Assert.Equal(1, taken);
    }

    [Fact]
    public async Task Who_does_not_answer_in_time_or_ends_may_have_done_it()
    {
        IDeviceRouter router = Open();
        CancellationToken told = default;
        TaskCompletionSource<RoutedAnswer> never = new();
        IDisposable serving = router.Serve(s_node, (_, cancellationToken) =>
        {
            told = cancellationToken;
            return new(never.Task);
        });
        Task<RoutedAnswer> late = router.SendAsync(s_node, Command()).AsTask();
        Advance(TimeSpan.FromSeconds(29));
        Assert.False(late.IsCompleted);
        Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RoutedOutcome.Unknown, (await late).Outcome);
        Assert.True(told.IsCancellationRequested);
        Task<RoutedAnswer> lost = router.SendAsync(s_node, Command()).AsTask();
        Assert.False(lost.IsCompleted);
        serving.Dispose();
        Assert.Equal(RoutedOutcome.Unknown, (await lost).Outcome);
    }

    [Fact]
    public async Task Who_throws_may_have_done_it_and_what_has_no_time_was_not()
    {
        IDeviceRouter router = Open();
        int taken = 0;
        using IDisposable serving = router.Serve(s_node, (_, _) =>
        {
            taken++;
            throw new InvalidOperationException("no");
        });
        Assert.Equal(RoutedOutcome.Unknown, (await router.SendAsync(s_node, Command())).Outcome);
        Assert.Equal(RoutedOutcome.Expired, (await router.SendAsync(s_node, Command() with { Timeout = TimeSpan.Zero })).Outcome);
        Assert.Equal(1, taken);
    }

    [Fact]
    public async Task Who_sends_may_give_up()
    {
        IDeviceRouter router = Open();
        using IDisposable serving = router.Serve(s_node, (_, _) => new(new TaskCompletionSource<RoutedAnswer>().Task));
        using CancellationTokenSource giving = new();
        Task<RoutedAnswer> sending = router.SendAsync(s_node, Command(), giving.Token).AsTask();
        await giving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private sealed class Text(string value) : IDeviceContent
    {
        internal string Value { get; set; } = value;

        public bool Supports(ContentFormat format) => format == ContentFormat.PlainText;

        public ReadOnlyMemory<byte> Write(ContentFormat format) => Encoding.UTF8.GetBytes(Value);
    }
}

/// <summary>The contract, by the router within a process.</summary>
public sealed class LocalRouterTests : DeviceRouterContract
{
    private readonly ManualTime _time = new();

    private protected override IDeviceRouter Open() => new LocalRouter(_time);

    private protected override void Advance(TimeSpan span) => _time.Advance(span);

    [Fact]
    public void Whatever_is_damaged_is_not_read_and_nothing_is_thrown()
    {
        byte[] command = new RoutedCommand("d", 1, DeviceRequest.Execute(new(3, 0, 4), "0"), TimeSpan.FromSeconds(1)).ToBytes();
        byte[] answer = new RoutedAnswer(RoutedOutcome.Done, new(DeviceOutcome.Answered, "r", CoapCode.Content, ContentFormat.Cbor, new byte[9], new(1, 2))).ToBytes();
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = [.. i % 2 == 0 ? command : answer];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            RoutedCommand.TryRead(damaged.AsMemory(0, random.Next(damaged.Length + 1)));
            RoutedAnswer.TryRead(damaged.AsMemory(0, random.Next(damaged.Length + 1)));
        }

        for (int i = 0; i < command.Length; i++)
        {
            Assert.Null(RoutedCommand.TryRead(command.AsMemory(0, i)));
        }

        for (int i = 0; i < answer.Length; i++)
        {
            Assert.Null(RoutedAnswer.TryRead(answer.AsMemory(0, i)));
        }
    }
}
