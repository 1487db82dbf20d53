using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;
using Ipso.Server.Stores;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>A server that is killed again and again while its devices report, update and are asked: nothing that was promised is lost.</summary>
public sealed class RestartTests
{
    private const int Devices = 40;
    private const int Restarts = 12;
    private const string Ended = "ended";

    private readonly MemoryRegistrationStore _registrations = new();
    private readonly MemoryObservationStore _observations = new();
    private readonly MemoryCommandStore _commands = new();

    // By endpoint: what was reported last, how often it was executed, and what became of commands.
    private readonly Dictionary<string, string> _reported = [];
    private readonly Dictionary<string, int> _executed = [];
    private readonly Dictionary<long, CommandState> _ended = [];
    private readonly List<Exception> _faults = [];

    public static TheoryData<double, ulong> Runs => new() { { 0, 1 }, { 0.3, 2 }, { 0.3, 3 }, { 0.3, 4 }, { 0.3, 5 }, { 0.3, 6 } };

    private ObjectInstance[] Room(string endpoint) =>
    [
        new Temperature { SensorValue = 0, ResetMinAndMaxMeasuredValues = _ => _executed[endpoint] = _executed.GetValueOrDefault(endpoint) + 1 },
        new LightControl { OnOff = false, Dimmer = 0 },
    ];

    private void Listen(ServerWorld world)
    {
        world.Server.HandlerFailed = _faults.Add;
        world.Server.CommandEnded = command => _ended.Add(command.Id, command.State);
        world.Server.NotificationUnclaimed = n => _reported[n.Device.Endpoint] = System.Text.Encoding.UTF8.GetString(n.Answer.Payload.Span);
    }

    // Without a word to anybody, as a process that is killed.
    private void Kill(ServerWorld world)
    {
        world.Node.Restart();
        Listen(world);
        world.Server.Restore([.. _registrations.ScanAsync().ToBlockingEnumerable()], static peer => peer, world.Network.Now);
        world.Server.RestoreObservations([.. _observations.ScanAsync().ToBlockingEnumerable()], world.Network.Now);
    }

    private CommandState StateOf(long id) => _commands.FindAsync(id).AsTask().Result!.State;

    private bool HasSucceeded(long id) => new QueuedCommand(_commands.FindAsync(id).AsTask().Result!).Code.IsSuccess;

    // A request may be lost with all its repetitions: then it is made again.
    private bool ObserveAll(ServerWorld world)
    {
        foreach (string endpoint in _reported.Where(static r => r.Value == Ended).Select(static r => r.Key).ToArray())
        {
            _reported[endpoint] = "";
            Observation observation = new(DeviceRequest.Observe(new(3303, 0, 5700), "pmax=60").In(ContentFormat.PlainText), endpoint, _reported);
            world.Server.Observe(world.Server.Find(endpoint)!, observation, world.Network.Now);
        }

        return true;
    }

    private long Enqueue(ServerWorld world, string endpoint, DeviceRequest request)
    {
        CommandRecord command = _commands.EnqueueAsync(
            QueuedCommand.Create(endpoint, request, TimeSpan.FromDays(1), null, world.Network.Clock.UtcNow)).AsTask().Result;
        world.Server.TakeCommands(endpoint, world.Network.Now);
        return command.Id;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void No_device_is_forgotten_observations_go_on_and_commands_are_done(double loss, ulong seed)
    {
        ServerWorld world = new(loss, seed, new() { Registrations = _registrations, Observations = _observations, Commands = _commands });
        Listen(world);
        Dictionary<string, VirtualNode<DeviceEndpoint>> nodes = [];
        for (int i = 0; i < Devices; i++)
        {
            string endpoint = $"d{i}";
            nodes[endpoint] = world.AddDevice(
                endpoint, new("coap://server") { Lifetime = TimeSpan.FromSeconds(200 + i) }, () => Room(endpoint), isQueued: i % 2 == 0);
        }

        world.Until(() => world.Server.DeviceCount == Devices, "all to register");
        foreach (string endpoint in nodes.Keys)
        {
            _reported[endpoint] = Ended;
        }

        world.Until(() => ObserveAll(world) && world.Server.ObservationCount == Devices, "all to be observed");
        Random random = new((int)seed);
        int registered = world.Changes.Count(static c => c.Kind == RegistrationChangeKind.Registered);
        Dictionary<long, (string Endpoint, int Dimmer)> idempotent = [];
        Dictionary<long, string> others = [];
        for (int restart = 0; restart < Restarts; restart++)
        {
            for (int step = 0; step < 20; step++)
            {
                string endpoint = $"d{random.Next(Devices)}";
                nodes[endpoint].Protocol.Objects.Find<Temperature>(0)!.SensorValue = restart + (step / 100.0);
                int dimmer = random.Next(101);
                ReadyContent content = new(ContentFormat.PlainText, System.Text.Encoding.UTF8.GetBytes($"{dimmer}"));
                idempotent.Add(Enqueue(world, endpoint, DeviceRequest.Write(new(3311, 0, 5851), content)), (endpoint, dimmer));
                string another = $"d{random.Next(Devices)}";
                others.Add(Enqueue(world, another, DeviceRequest.Execute(new(3303, 0, 5605))), another);
                world.Network.Run(TimeSpan.FromMilliseconds(random.Next(10_000)));
            }

            Kill(world);
        }

        world.Network.Run(TimeSpan.FromMinutes(30));
        Assert.Empty(_faults);
        string[] observed = [.. _observations.ScanAsync().ToBlockingEnumerable().Select(static o => o.Endpoint)];
        Assert.Equal((Devices, observed.Length), (world.Server.DeviceCount, world.Server.ObservationCount));
        Assert.DoesNotContain(world.Changes, static c => c.Kind == RegistrationChangeKind.Refused);
        if (loss == 0)
        {
            // Else an Update may be lost with all its repetitions, and a notification, which ends its observation.
            Assert.Equal(Devices, observed.Length);
            Assert.Equal(registered, world.Changes.Count(static c => c.Kind == RegistrationChangeKind.Registered));
        }

        foreach ((string endpoint, VirtualNode<DeviceEndpoint> node) in nodes)
        {
            if (observed.Contains(endpoint))
            {
                Assert.Equal($"{node.Protocol.Objects.Find<Temperature>(0)!.SensorValue}", _reported[endpoint]);
            }

            // A device that registers anew at that moment refuses it, which is an answer, too.
            int dimmer = idempotent.OrderBy(static c => c.Key).Where(c => c.Value.Endpoint == endpoint && HasSucceeded(c.Key))
                .Select(static c => c.Value.Dimmer).LastOrDefault();
            Assert.Equal(dimmer, node.Protocol.Objects.Find<LightControl>(0)!.Dimmer);
        }

        Assert.True(observed.Length >= Devices * 9 / 10, $"{observed.Length} are observed");
        Assert.True(idempotent.Keys.Count(HasSucceeded) >= idempotent.Count * 9 / 10);

        // Told, or told to nobody since the server was killed when it was to be; in the store it is known either way.
        foreach (long id in idempotent.Keys)
        {
            Assert.Equal(CommandState.Answered, StateOf(id));
        }

        foreach (IGrouping<string, long> ofDevice in others.GroupBy(static o => o.Value, static o => o.Key))
        {
            QueuedCommand[] commands = [.. ofDevice.Select(id => new QueuedCommand(_commands.FindAsync(id).AsTask().Result!))];
            Assert.All(commands, static c => Assert.True(c.State is CommandState.Answered or CommandState.Unknown, $"{c}"));
            int done = commands.Count(static c => c.Code.IsSuccess), unknown = commands.Count(static c => c.State == CommandState.Unknown);
            Assert.InRange(_executed.GetValueOrDefault(ofDevice.Key), done, done + unknown);
            Assert.True(loss > 0 || done + unknown == commands.Length);
        }

        Assert.True(_ended.Count > idempotent.Count);
        Assert.All(_ended, e => Assert.Equal(StateOf(e.Key), e.Value));
    }

    private sealed class Observation(DeviceRequest request, string endpoint, Dictionary<string, string> reported) : DeviceObservation(request)
    {
        protected internal override void OnNotified(in DeviceResponse response) =>
            reported[endpoint] = System.Text.Encoding.UTF8.GetString(response.Payload);

        protected internal override void OnEnded(in DeviceResponse response) => reported[endpoint] = Ended;
    }
}
