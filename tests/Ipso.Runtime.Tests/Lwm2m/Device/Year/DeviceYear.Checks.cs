using System.Globalization;
using System.Runtime.CompilerServices;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

// What has to be so at any time, and what in the end.
internal sealed partial class DeviceYear
{
    private const int MostFaults = 20;

    internal void Check(bool isSo, [InterpolatedStringHandlerArgument(nameof(isSo))] ref FaultText fault)
    {
        if (!isSo)
        {
            Fail(fault.Take());
        }
    }

    private void Fail(string fault)
    {
        if (Faults.Count < MostFaults)
        {
            Faults.Add(string.Create(
                CultureInfo.InvariantCulture, $"seed {_plan.Seed}, device {_number}, day {Network.Now.Ticks / (double)TimeSpan.TicksPerDay:0.000}: {fault}"));
        }
    }

    private void CheckAll()
    {
        for (int i = 0; i < YearPlan.Servers; i++)
        {
            CheckServer(i);
        }

        if (_node.IsUp)
        {
            Check(_node.Protocol.ObserverCount <= _options.Coap.Observers, $"{_node.Protocol.ObserverCount} observations");
        }
    }

    private void CheckServer(int i)
    {
        YearAccount account = _accounts[i];
        if (CalmFor(i) is not { } calm || calm < Patience(i))
        {
            return;
        }

        Totals.Checks++;
        if (account.RegisteredSince is null)
        {
            Check(Network.Now < account.UnregisteredSince + s_slack, $"server {i + 1} is not registered with since {account.UnregisteredSince}");
            return;
        }

        if (calm < Patience(i) + TimeSpan.FromSeconds(account.Lifetime))
        {
            return;
        }

        Check(
            _servers[i].KnowsDevice || Network.Now < account.RegisteredSince + s_slack,
            $"server {i + 1} does not know the device, which is registered since {account.RegisteredSince}");

        // Of what is kept while the device sleeps a server hears with the next Update.
        TimeSpan sleep = _options.Reporting.StoresWhileAsleep ? TimeSpan.FromSeconds(account.Lifetime) : TimeSpan.Zero;
        for (int place = 0; place < 2; place++)
        {
            if (Network.Now > _changed[place] + s_slack + sleep && Network.Now > account.RegisteredSince + s_slack)
            {
                CheckValue(i, place);
            }
        }
    }

    private void CheckEnd()
    {
        CheckAll();
        for (int i = 0; i < YearPlan.Servers; i++)
        {
            YearAccount account = _accounts[i];
            Check(account.RegisteredSince is not null && _servers[i].KnowsDevice, $"server {i + 1} is not registered with in the end");
            Check(account.Told.Registered <= _servers[i].Accepted.Registers, $"{account.Told.Registered} times registered, of {_servers[i].Accepted}");
            Check(account.Told.Updated <= _servers[i].Accepted.Updates, $"{account.Told.Updated} times updated, of {_servers[i].Accepted}");
            for (int place = 0; place < Observed.Length; place++)
            {
                CheckValue(i, place);
            }
        }

        CoapCounters counters = _node.Protocol.Counters;
        Check(counters.EventsDropped + counters.HandlerFaults + counters.TransmitDropped == 0, $"events or datagrams were dropped");
        Check(Totals.OpenSends == 0, $"{Totals.OpenSends} Sends have no result");
        Check(Totals[SendOutcome.Delivered] <= _servers.Sum(static server => server.Sends), $"Sends were delivered that have not arrived");
        Check(
            _node.Protocol.ObserverCount == YearPlan.Servers * Observed.Length, $"{_node.Protocol.ObserverCount} observations in the end");
        Totals.Datagrams = Network.Counters.Sent;
    }

    private void CheckValue(int i, int place)
    {
        string expected = _values[place].ToString(CultureInfo.InvariantCulture);
        Check(
            _servers[i].Last[place] == expected,
            $"{Observed[place].Path} is {expected} since {_changed[place]}, and to server {i + 1} {_servers[i].Last[place] ?? "unknown"}");
    }

    // For how long nothing has stood in the way of a server, nor of those whose turn is before it where they block.
    private TimeSpan? CalmFor(int server)
    {
        Instant? since = _accounts[server].CalmSince;
        for (int i = 0; i < server && IsBlocking; i++)
        {
            since = since is { } one && _accounts[i].CalmSince is { } other ? one > other ? one : other : null;
        }

        return since is { } moment ? Network.Now - moment : null;
    }

    // When a device has to be registered again: its wait is over, and the turns of those before it.
    private TimeSpan Patience(int server)
    {
        TimeSpan patience = _accounts[server].Wait + s_slack + TimeSpan.FromMinutes(5);
        for (int i = 0; i < server && IsOrdered; i++)
        {
            patience += _accounts[i].Turn + (IsBlocking ? _accounts[i].Wait : TimeSpan.Zero);
        }

        return patience;
    }
}
