using System.Globalization;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// The year of one device and its three servers. Devices meet only in the load of their servers, so each has a network of its own, with the
/// outages of the plan, and what the servers were asked is put together afterwards.
/// </summary>
internal sealed partial class DeviceYear
{
    /// <summary>What servers observe: the first two are acknowledged.</summary>
    internal static readonly (string Path, string Query)[] Observed =
        [("/3303/0/5700", "con=1"), ("/3303/1/5700", "con=1&pmin=60"), ("/3303/2/5700", ""), ("/3303/3/5700", "pmax=7200")];

    /// <summary>How much longer than the Server object says a device may wait.</summary>
    internal const double MostSpread = 1.1;

    private static readonly TimeSpan s_slack = TimeSpan.FromMinutes(30);

    private readonly YearPlan _plan;
    private readonly int _number;
    private readonly SeededRandom _random;
    private readonly YearAccount[] _accounts;
    private readonly YearServer[] _servers;
    private readonly VirtualNode<DeviceEndpoint> _node;
    private readonly DeviceOptions _options;
    private readonly double _loss;
    private readonly double[] _values = [20, 20, 20, 20];
    private readonly Instant[] _changed = new Instant[Observed.Length];
    private Temperature[] _temperatures = [];
    private int _boot;

    /// <param name="plan">What happens to all.</param>
    /// <param name="number">Which device it is, from 0.</param>
    internal DeviceYear(YearPlan plan, int number)
    {
        _plan = plan;
        _number = number;
        _random = new(plan.Seed ^ ((ulong)number * 0x9e37_79b9_7f4a_7c15));
        IsOrdered = number % 3 != 0;
        IsBlocking = number % 3 == 2;
        HasQueueMode = _random.Chance(0.3);
        bool storesWhileAsleep = HasQueueMode && _random.Chance(0.3);
        _loss = _random.Next(3) switch { 0 => 0, 1 => 0.02, _ => 0.1 };
        Network = new(_random.NextUInt64()) { Links = new LinkSettings { Loss = _loss, Delay = LinkDelay.Fixed(TimeSpan.FromMilliseconds(40)) } };
        Network.Trace.Capacity = 0;
        _accounts = [.. Enumerable.Range(0, YearPlan.Servers).Select(i => new YearAccount(this, i, _random))];
        _servers = [.. _accounts.Select(account => new YearServer(Network, account))];
        _options = new()
        {
            Endpoint = $"urn:dev:ops:1-{number}",
            Servers = [.. _accounts.Select(static account => account.Options)],
            QueueMode = HasQueueMode,
            Storage = new CrashingStorage(new Random(number)),
            Reporting = new() { StoresWhileAsleep = storesWhileAsleep },
        };
        _node = Network.Add("device", Make);
        foreach (YearServer server in _servers)
        {
            server.Device = _node.Peer;
        }

        Boot(TimeSpan.Zero);
        Plan();
    }

    internal VirtualNetwork Network { get; }

    internal bool IsOrdered { get; }

    internal bool IsBlocking { get; }

    internal bool HasQueueMode { get; }

    /// <summary>What was not as it has to be, the first of it.</summary>
    internal List<string> Faults { get; } = [];

    internal IReadOnlyList<YearAccount> Accounts => _accounts;

    /// <summary>What has happened, to see that much has.</summary>
    internal YearTotals Totals { get; } = new();

    internal DeviceYear Run()
    {
        Network.Run(_plan.End);
        CheckEnd();
        return this;
    }

    private DeviceEndpoint Make(SeededRandom random)
    {
        DeviceEndpoint device = new(random, _options)
        {
            RegistrationChanged = OnRegistration,
            NotificationChanged = e => Totals.Count(e),
            HandlerFailed = exception => Fail(exception.ToString()),
        };
        device.HostRequested = (host, now) =>
        {
            int i = host.ShortServerId - 1;
            _accounts[i].OnAttempt(now);
            bool isNameless = _accounts[i].Nameless > 0;
            device.OnResolved(host, isNameless ? null : _servers[i].Node.Peer, isNameless ? "no address" : null, now);
        };
        _temperatures = [.. _values.Select(static value => new Temperature { SensorValue = value })];
        foreach (Temperature temperature in _temperatures)
        {
            device.Objects.Add(temperature);
        }

        Check(device.StorageFault is null, $"{device.StorageFault}");
        return device;
    }

    private void OnRegistration(RegistrationEvent e)
    {
        Totals.Count(e);
        _accounts[e.ShortServerId - 1].OnEvent(e, Network.Now);
    }

    // Takes the device down, if it is up, and up again after a while.
    private void Boot(TimeSpan off)
    {
        int boot = ++_boot;
        foreach (YearAccount account in _accounts)
        {
            account.BeginTrouble();
        }

        Totals.Abandon();
        _node.Stop();
        Network.Clock.After(off, () =>
        {
            foreach (YearAccount account in _accounts)
            {
                account.EndTrouble();
            }

            if (boot == _boot)
            {
                foreach (YearAccount account in _accounts)
                {
                    account.OnBoot();
                }

                _node.Start();
                _node.Protocol.StartRegistering(Network.Now);
            }
        });
    }

    private void Plan()
    {
        foreach (Outage outage in _plan.Outages)
        {
            Network.Clock.At(default(Instant) + outage.From, () => Begin(outage));
        }

        foreach (TimeSpan cut in _plan.PowerCuts)
        {
            Network.Clock.At(default(Instant) + cut, () => Boot(TimeSpan.FromMinutes(2)));
        }

        Again(() => YearPlan.Days(_random, 10, 60), Reboot);
        Again(() => YearPlan.Days(_random, 5, 30), CutOff);
        Again(() => YearPlan.Days(_random, 10, 40), BeginBadWeather);
        Again(() => YearPlan.Days(_random, 5, 40), () => AskSomething(_servers[_random.Next(YearPlan.Servers)]));
        Again(() => YearPlan.Days(_random, 1, 4), Send);
        for (int i = 0; i < _values.Length; i++)
        {
            int place = i;
            Again(() => _random.Next(TimeSpan.FromMinutes(1), TimeSpan.FromHours(12)), () => Change(place), TimeSpan.FromDays(2));
        }

        // The network loses nothing at the end, so that what is not acknowledged arrives, too: a notification a day is acknowledged.
        Network.Clock.At(default(Instant) + _plan.End - TimeSpan.FromDays(2.5), () => Network.Links = Network.Links with { Loss = 0 });
    }

    // Does something again and again until the end is calm.
    private void Again(Func<TimeSpan> next, Action action, TimeSpan? calm = null)
    {
        TimeSpan wait = next();
        if (Network.Now + wait < default(Instant) + _plan.End - (calm ?? YearPlan.Calm))
        {
            Network.Clock.After(wait, () =>
            {
                action();
                Again(next, action, calm);
            });
        }
    }

    private void Begin(Outage outage)
    {
        YearServer server = _servers[outage.Server];
        YearAccount account = _accounts[outage.Server];
        account.BeginTrouble();
        switch (outage.Kind)
        {
            case OutageKind.Silent:
                Network.Cut([server.Node], [_node], outage.Length);
                break;
            case OutageKind.Forgetful:
                server.Forget();
                break;
            case OutageKind.Refusing:
                server.Refusing++;
                break;
            default:
                account.Nameless++;
                break;
        }

        Network.Clock.After(outage.Length, () =>
        {
            server.Node.Start();
            server.Refusing -= outage.Kind == OutageKind.Refusing ? 1 : 0;
            account.Nameless -= outage.Kind == OutageKind.Nameless ? 1 : 0;
            account.EndTrouble();
        });
    }

    private void Reboot()
    {
        Totals.Reboots++;
        if (_node.IsUp && _random.Chance(0.3))
        {
            _node.Protocol.StopRegistering(Network.Now);
        }

        Network.Clock.After(TimeSpan.FromSeconds(5), () => Boot(_random.Next(TimeSpan.Zero, TimeSpan.FromHours(1))));
    }

    private void CutOff()
    {
        TimeSpan length = _random.Chance(0.5) ? _random.Next(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)) : YearPlan.Days(_random, 0, 2);
        int count = _random.Next(1, YearPlan.Servers);
        Network.Cut([_node], _servers.Take(count).Select(static server => server.Node), length);
        DisturbFor(length, _accounts[..count]);
        Totals.Partitions++;
    }

    private void BeginBadWeather()
    {
        TimeSpan length = _random.Next(TimeSpan.FromMinutes(10), TimeSpan.FromHours(12));
        Network.Links = Network.Links with { Loss = 0.45, Duplication = 0.1, Reordering = 0.1 };
        DisturbFor(length, _accounts);
        Network.Clock.After(length, () => Network.Links = Network.Links with { Loss = _loss, Duplication = 0, Reordering = 0 });
    }

    private void DisturbFor(TimeSpan length, YearAccount[] accounts)
    {
        foreach (YearAccount account in accounts)
        {
            account.BeginTrouble();
            Network.Clock.After(length, account.EndTrouble);
        }
    }

    private void AskSomething(YearServer server)
    {
        int i = Array.IndexOf(_servers, server);
        switch (_random.Next(4))
        {
            case 0:
                server.Ask(CoapCode.Post, $"/1/{i}/8", "", static _ => { });
                break;
            case 1:
                DisturbFor(YearAccount.DisableTimeout + TimeSpan.FromMinutes(5), [_accounts[i]]);
                server.Ask(CoapCode.Post, $"/1/{i}/4", "", static _ => { });
                break;
            default:
                long lifetime = YearAccount.LifetimeOf(_random);
                _accounts[i].OnLifetime(lifetime, isAnswered: false);
                server.Ask(
                    CoapCode.Put, $"/1/{i}/1", lifetime.ToString(CultureInfo.InvariantCulture),
                    isAnswered => _accounts[i].OnLifetime(lifetime, isAnswered));
                break;
        }
    }

    private void Change(int place)
    {
        CheckAll();
        _values[place] = _random.Next(-4000, 12000) / 100.0;
        _changed[place] = Network.Now;
        if (_node.IsUp)
        {
            _temperatures[place].SensorValue = _values[place];
        }

        Totals.Changes++;
    }

    private void Send()
    {
        if (_node.IsUp)
        {
            Totals.BeginSend();
            int boot = _boot;
            _node.Protocol.Send(
                new SendContent(new Lwm2mPath(3303, 0, 5700)), null, results => Totals.EndSend(results, boot == _boot), Network.Now);
        }
    }
}
