using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Microsoft.Extensions.Hosting;

namespace Ipso.Hosting.Tests;

/// <summary>Each event of a device is a line of its own: with a number, a name and a level that stay.</summary>
[Trait("Category", "Network")]
public sealed class LoggedEventTests
{
    private const string Uri = "coap://s";

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    public static TheoryData<RegistrationEvent, string> Registrations => new()
    {
        { Of(RegistrationEventKind.Registered) with { Version = new(1, 1) }, "Information 110 Registered: Registered with server 7 at coap://s, LwM2M 1.1" },
        { Of(RegistrationEventKind.Updated), "Debug 111 Updated: Registration with server 7 at coap://s is updated" },
        {
            Of(RegistrationEventKind.Failed) with { Failure = RegistrationFailure.Timeout, NextTryIn = s_minute },
            "Warning 112 RegistrationFailed: Registration with server 7 at coap://s has failed (Timeout): no answer; next try in 00:01:00"
        },
        {
            Of(RegistrationEventKind.Failed) with { Failure = RegistrationFailure.Rejected, Code = CoapCode.Forbidden },
            "Error 113 RegistrationGivenUp: Registration with server 7 at coap://s has failed (Rejected): the answer was 4.03 Forbidden; no further try"
        },
        { Of(RegistrationEventKind.Deregistered), "Information 114 Deregistered: Deregistered from server 7 at coap://s" },
        {
            Of(RegistrationEventKind.Disabled) with { NextTryIn = s_minute },
            "Warning 115 Disabled: Server 7 at coap://s has disabled itself; next try in 00:01:00"
        },
        { Of(RegistrationEventKind.Sleeping), "Debug 116 Sleeping: Asleep for server 7 at coap://s" },
        { Of(RegistrationEventKind.Awake), "Debug 117 Awake: Awake for server 7 at coap://s" },
        { Of(RegistrationEventKind.BootstrapRequested), "Information 118 BootstrapRequested: Server 7 at coap://s makes a bootstrap necessary" },
    };

    public static TheoryData<BootstrapEvent, string> Bootstraps => new()
    {
        { new(BootstrapEventKind.Started, Uri), "Information 130 BootstrapStarted: Bootstrap from coap://s begins" },
        { new(BootstrapEventKind.PackRequested, Uri), "Debug 131 PackRequested: Bootstrap-Server coap://s is asked for a pack" },
        { new(BootstrapEventKind.Requested, Uri), "Debug 133 CommandsRequested: Bootstrap-Server coap://s is asked for a bootstrap by commands" },
        { new(BootstrapEventKind.Finished, Uri), "Information 134 Bootstrapped: Bootstrapped from coap://s" },
        {
            new(BootstrapEventKind.AccountExpired, Uri),
            "Information 136 BootstrapAccountExpired: The time of the account of Bootstrap-Server coap://s is over"
        },
    };

    public static TheoryData<NotificationEvent, string> Notifications => new()
    {
        { new(NotificationEventKind.Acknowledged, s_path, 7), "Debug 150 NotificationAcknowledged: Server 7 has acknowledged /3303/0/5700" },
        {
            new(NotificationEventKind.TimedOut, s_path, 7),
            "Warning 151 NotificationTimedOut: Server 7 does not acknowledge /3303/0/5700, which ends the observation"
        },
        {
            new(NotificationEventKind.Rejected, s_path, 7),
            "Information 152 ObservationEnded: The observation of /3303/0/5700 by server 7 is over: Rejected"
        },
    };

    private static readonly Lwm2mPath s_path = new(3303, 0, 5700);

    [Theory]
    [MemberData(nameof(Registrations))]
    public Task What_becomes_of_a_registration_is_logged(RegistrationEvent e, string line) => LogAsync(line, device => device.RegistrationChanged!(e));

    [Theory]
    [MemberData(nameof(Bootstraps))]
    public Task What_becomes_of_a_bootstrap_is_logged(BootstrapEvent e, string line) => LogAsync(line, device => device.BootstrapChanged!(e));

    [Theory]
    [MemberData(nameof(Notifications))]
    public Task What_becomes_of_a_notification_is_logged(NotificationEvent e, string line) => LogAsync(line, device => device.NotificationChanged!(e));

    private static RegistrationEvent Of(RegistrationEventKind kind) => new(kind, 7, Uri);

    // The device may have more to tell meanwhile, of its own server 1.
    private static async Task LogAsync(string line, Action<Lwm2mDevice> tell)
    {
        await using LwM2MServer server = new();
        LogRecorder log = new();
        HostApplicationBuilder builder = DeviceHost.Create(log, ("Device:Endpoint", "d"), ("Device:Server:Uri", server.Uri));
        builder.AddDevice();
        using IHost host = builder.Build();
        await host.StartAsync();
        tell(host.Get<Lwm2mDevice>());
        Assert.Contains(line, log.Events.Select(static e => e.ToString()));
        await host.StopAsync();
    }
}
