using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Fuzz.Decoders;
using Ipso.Fuzz.Scripts;
using Ipso.Lwm2m;
using Ipso.Server;
using Ipso.Server.Bootstrap;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Fuzz.Servers;

/// <summary>
/// An LwM2M Server under a script: any bytes are read as steps of devices, of the transport, of the store, of the time and of the program.
/// Whatever they are, the server must stand them, keep its bounds, tell of each thing once, and have nothing left when all devices have gone.
/// </summary>
/// <remarks>A step is a byte (<see cref="ServerSteps"/>), its choices the bytes behind it.</remarks>
internal sealed partial class ServerRun : IPeerDirectory
{
    /// <summary>How long an operation waits at most, in seconds.</summary>
    internal const int MaxTimeout = 60;

    private const int MaxSteps = 300;
    private const int MaxDeadlines = 20_000;

    // Room for a device less than there are names, so that scripts come to the bound.
    private const int MaxDevices = 4;

    private static readonly ServerEndpointOptions s_options = new()
    {
        Coap = new()
        {
            MaxMessageSize = 400,
            Exchanges = 4,
            Observers = 0,
            Peers = 4,
            DeduplicationSlots = 8,
            DeduplicationBytes = 1024,
            Transfers = 3,
            TransferBytes = 2048,
            MaxBodySize = 1200,
            BlockSize = 64,
            DeferredResponses = 2,
            RefreshObservations = false,
        },
        MaxDevices = MaxDevices,
        MaxDevicesPerHost = 3,
        MaxWaitingPerDevice = 4,
        MaxWaiting = 9,
        MaxObservationsPerDevice = 3,
        MaxBootstraps = 2,
        LifetimeGrace = TimeSpan.FromSeconds(1),
        EndpointOf = static identity => identity.Value.Span is [not (byte)'x', ..] value ? $"{(char)value[0]}" : null,
        Bootstrap = static asked => asked.Endpoint switch
        {
            "c" => null,
            "d" => s_packable,
            _ => s_bootstrap,
        },
    };

    private static readonly BootstrapConfiguration s_bootstrap = BootstrapConfiguration.Empty
        .Delete(Lwm2mPath.Root).Write(new(1, 0, 1), new ReadyContent(ContentFormat.PlainText, "60"u8.ToArray())).Discover(new(1));

    private static readonly BootstrapConfiguration s_packable =
        BootstrapConfiguration.Empty.Delete(Lwm2mPath.Root).Write(0, new Objects.Rules { Level = 1, Limits = [] });

    // Nothing may be under way for longer when nobody says anything: every operation has had its turn and its time.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(MaxTimeout + (20 * 93));

    private readonly byte[] _buffer = new byte[2048];
    private readonly PeerIdentity?[] _identities = new PeerIdentity?[PeerCount];
    private int _arriving;
    private readonly Dictionary<string, PeerIdentity?> _owners = new(StringComparer.Ordinal);
    private Digest _digest = new();

    /// <summary>What happened, by what it was.</summary>
    internal SortedDictionary<string, int> Happened { get; } = new(StringComparer.Ordinal);

    internal ServerEndpoint Server { get; private set; } = null!;

    internal Instant Now { get; private set; }

    /// <summary>What is wrong; <see langword="null"/> where nothing is.</summary>
    internal string? Violation { get; private set; }

    internal ulong Outcome => _digest.Value;

    /// <summary>Whether something came of it: a device has registered, and has answered.</summary>
    internal bool HasServed => Happened.ContainsKey("Registered") && Happened.ContainsKey("operation Answered");

    /// <summary>Whether what arrives is a notification of an observation that stands.</summary>
    internal bool IsNews { get; private set; }

    private ScriptedProgram Program { get; set; } = null!;

    private ScriptedStore? Store { get; set; }

    /// <summary>The commands that wait.</summary>
    internal MemoryCommandStore Commands { get; } = new();

    /// <summary>The observations that another server would know.</summary>
    internal MemoryObservationStore Observations { get; } = new();

    /// <summary>Runs a script.</summary>
    /// <param name="script">Any bytes.</param>
    /// <param name="variant">The lowest bit: whether there is a store; the next one: whether the server is stopped in the end. The others seed
    /// the server's randomness.</param>
    internal void Run(ReadOnlySpan<byte> script, ulong variant)
    {
        // A write that ends goes on within the call: there is no other thread.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Store = (variant & 1) != 0 ? new() : null;
            Program = new(this);
            Server = new(new ScriptRandom(variant >> 2), s_options with
            {
                Registrations = Store, Observations = Observations, Commands = Commands, Time = new ScriptTime(this),
            })
            {
                Identities = this,
                HostOf = static peer => IndexOf(peer) % 2 == 0 ? AddressOf(0) : AddressOf(1),
                RegistrationChanged = OnRegistration,
                BootstrapChanged = OnBootstrap,
                CommandEnded = Program.OnCommandEnded,
                SendReceived = report =>
                {
                    Count(report.Fault is null ? "Send" : "Send that makes no sense");
                    TellOf(report.Device);
                    Program.Meddle();
                },
                HandlerFailed = exception => _ = exception is IOException ? Count("store failed") : throw exception,
            };
            Identify(1, "a"u8);
            Identify(2, "b"u8);
            ScriptReader reader = new(script);
            for (int i = 0; i < MaxSteps && !reader.IsAtEnd && Violation is null; i++)
            {
                Step(ref reader);
                JudgeBounds();
            }

            Rest(isStopped: (variant & 2) != 0);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public PeerIdentity? FindIdentity(in PeerId peer) => IndexOf(peer) is >= 0 and int index ? _identities[index] : null;

    /// <summary>One of the devices that are registered; <see langword="null"/> where none is.</summary>
    internal RegisteredDevice? DeviceAt(int which) =>
        Server.DeviceCount == 0 ? null : Server.Devices.ElementAt((which & 0x7fff) % Server.DeviceCount);

    /// <summary>Notes what is wrong; the first thing counts.</summary>
    internal void Fail(string violation) => Violation ??= violation;

    /// <summary>The program is told of something.</summary>
    internal void Tell(int what, in DeviceResponse response)
    {
        _digest.Add((ulong)what << 16 | (ulong)response.Outcome << 8 | response.Code.Value);
        _digest.Add(response.Payload);
        Count(what switch
        {
            100 => $"ended {response.Outcome}",
            200 => "notified",
            _ => $"operation {response.Outcome}",
        });
        if (response.Reason is { } reason)
        {
            Count($"since {reason}");
        }
    }

    /// <summary>The program hears something of a device by what has just arrived: it is the device's.</summary>
    internal void TellOf(RegisteredDevice device)
    {
        if (device.Registration.Identity is { } identity && !identity.Equals(_identities[_arriving]))
        {
            Fail($"what {_identities[_arriving]?.ToString() ?? "nobody"} says is taken for the word of {identity}");
        }
    }

    internal int Count(string what) => Happened[what] = Happened.GetValueOrDefault(what) + 1;

    private void Identify(int peer, ReadOnlySpan<byte> value) =>
        _identities[peer] = value.IsEmpty ? null : new(PeerIdentityKind.PreSharedKey, value);

    // RFC 7252 and TS Transport, 5.2.6: a name is that of who has proved to have it, for as long as it is registered.
    private void OnRegistration(RegistrationChange change)
    {
        Count(change.Kind.ToString());
        _digest.Add((ulong)change.Kind);
        if (change.Kind == RegistrationChangeKind.Registered)
        {
            PeerIdentity? identity = change.Registration!.Identity;
            if (_owners.GetValueOrDefault(change.Endpoint) is { } owner && !owner.Equals(identity))
            {
                Fail($"{change.Endpoint} of {owner} is taken by {identity?.ToString() ?? "nobody"}");
            }

            if (identity is not null && s_options.EndpointOf(identity) != change.Endpoint)
            {
                Fail($"{identity} registers as {change.Endpoint}");
            }

            _owners[change.Endpoint] = identity;
            Locations.Add($"/rd/{change.Registration.Id}");
        }
        else if (change.Kind is RegistrationChangeKind.Updated or RegistrationChangeKind.Deregistered && Store is null
            && !Equals(change.Registration!.Identity, _identities[_arriving]))
        {
            Fail($"{change.Endpoint} of {change.Registration.Identity} is {change.Kind} by {_identities[_arriving]?.ToString() ?? "nobody"}");
        }

        if (change.Kind is RegistrationChangeKind.Deregistered or RegistrationChangeKind.Expired or RegistrationChangeKind.Removed)
        {
            _owners.Remove(change.Endpoint);
        }

        Program.Meddle();
    }

    private void OnBootstrap(BootstrapChange change)
    {
        Count($"bootstrap {change.Kind}");
        _digest.Add((ulong)change.Kind);
        Program.Meddle();
    }

    private void JudgeBounds()
    {
        // What is under way comes back to those that wait when it was not answered: one of each device.
        int underWay = Server.DeviceCount + Server.BootstrapCount;
        if (Server.DeviceCount > MaxDevices || Server.ExchangeCount > s_options.Coap.Exchanges
            || Server.WaitingCount > s_options.MaxWaiting + underWay || Server.WaitingCount < 0
            || Server.ObservationCount > s_options.MaxObservationsPerDevice * MaxDevices
            || Server.BootstrapCount > s_options.MaxBootstraps)
        {
            Fail($"a table is beyond its bound: {Tables()}");
        }

        foreach (RegisteredDevice device in Server.Devices)
        {
            if (!device.IsRegistered || Server.Find(device.Endpoint) != device)
            {
                Fail($"{device} stands among those that are registered, and is not");
            }
        }
    }

    private string Tables() => $"{Server.DeviceCount} devices, {Server.ExchangeCount} exchanges, {Server.WaitingCount} wait, "
        + $"{Server.ObservationCount} observations, {Server.BootstrapCount} bootstraps, {Server.KeptCount} kept";

    // Nobody says anything any more, and the store does all that it was asked for.
    private void Rest(bool isStopped)
    {
        Program.Meddling = 0;
        while (Store is { WaitingCount: > 0 } store)
        {
            store.End(0, fails: false);
        }

        Store?.IsSlow = false;
        Store?.Fails = false;
        if (isStopped)
        {
            Server.Stop();
            Judge(isOver: true);
            return;
        }

        Drain();
        Advance(Now + s_silence);
        JudgeBounds();
        if (Violation is null && Program.Judge(isOver: false) is { } early)
        {
            Fail($"after a long silence {early}; {Tables()}");
        }

        // Those that are for ever go by the program's word.
        foreach (RegisteredDevice device in Server.Devices.Where(static device => device.Registration.Lifetime is null).ToArray())
        {
            Server.Remove(device);
        }

        Drain();
        Advance(Now + TimeSpan.FromDays(2));
        Judge(isOver: true);
        if (Program.JudgeCommands() is { } commands)
        {
            Fail(commands);
        }

        if (Observations.ScanAsync().ToBlockingEnumerable().Any())
        {
            Fail("an observation that has ended is stored for ever");
        }

        if (Server.DeviceCount + Server.ExchangeCount + Server.WaitingCount + Server.ObservationCount + Server.BootstrapCount + Server.KeptCount
            > 0)
        {
            Fail($"something is left for ever: {Tables()}");
        }
    }

    private void Judge(bool isOver)
    {
        if (Violation is null && Program.Judge(isOver) is { } violation)
        {
            Fail(violation);
        }
    }

    private void Advance(Instant until)
    {
        for (int i = 0; Violation is null && Server.NextDeadline is { } next && next <= until; i++)
        {
            if (i == MaxDeadlines)
            {
                Fail("the deadlines do not end");
            }

            Pass(next);
        }

        Now = Now < until ? until : Now;
    }

    private void Pass(Instant next)
    {
        Now = Now < next ? next : Now;
        Server.OnDeadline(Now);
        Drain();
        if (Server.NextDeadline <= Now)
        {
            Fail($"the deadline does not advance: {Server.NextDeadline} at {Now}");
        }
    }

    private sealed class ScriptTime(ServerRun run) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(run.Now.Ticks);
    }
}
