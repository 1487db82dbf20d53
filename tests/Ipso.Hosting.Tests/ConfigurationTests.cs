using System.Net;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ipso.Hosting.Tests;

/// <summary>What the configuration says gets to the device, and what makes no sense in it is said with its path when the host starts.</summary>
public class ConfigurationTests
{
    private const string UriAdvice = "write coap://host or coaps://host, perhaps with :port";
    private const string SecondsAdvice = "write whole seconds, 00:00:00 to 24855.03:14:07";
    private const string TimeAdvice = "write a time as hh:mm:ss or d.hh:mm:ss, for example 00:05:00 for five minutes";

    private static readonly (string Key, string? Value)[] s_sound = [("Device:Endpoint", "d"), ("Device:Server:Uri", "coap://127.0.0.1")];

    [Theory]
    [InlineData("Device:Server:Uri", null, "Device:Server:Uri: there is none: " + UriAdvice, "Device:Server:Lifetime", "00:05:00")]
    [InlineData("Device:Server:Uri", "http://h", "Device:Server:Uri: 'http://h' has no scheme of CoAP: a server is at coap://host or coaps://host, perhaps with :port: " + UriAdvice)]
    [InlineData("Device:Server:Uri", "coap://h/rd", "Device:Server:Uri: 'coap://h/rd' has a path or a query, and a server has neither: " + UriAdvice)]
    [InlineData("Device:Server:Lifetime", "-00:00:01", "Device:Server:Lifetime: '-00:00:01' is out of range: " + SecondsAdvice)]
    [InlineData("Device:Server:Lifetime", "00:00:00.5", "Device:Server:Lifetime: '00:00:00.5000000' is out of range: " + SecondsAdvice)]
    [InlineData("Device:Server:Lifetime", "300", "Device:Server:Lifetime: '300' cannot be read: " + TimeAdvice)]
    [InlineData("Device:Server:Lifetime", "soon", "Device:Server:Lifetime: 'soon' cannot be read: " + TimeAdvice)]
    [InlineData("Device:Server:ShortServerId", "65535", "Device:Server:ShortServerId: '65535' is out of range: write 1 to 65534")]
    [InlineData("Device:Server:ShortServerId", "-1", "Device:Server:ShortServerId: '-1' is out of range: write 1 to 65534")]
    [InlineData("Device:Server:RetryCount", "0", "Device:Server:RetryCount: '0' is out of range: write 1 or more")]
    [InlineData("Device:Server:PriorityOrder", "1.5", "Device:Server:PriorityOrder: '1.5' cannot be read: write a whole number")]
    [InlineData("Device:Server:PriorityOrder", "-1", "Device:Server:PriorityOrder: '-1' is out of range: write 0 or more")]
    [InlineData("Device:Server:MutesSend", "no", "Device:Server:MutesSend: 'no' cannot be read: write true or false")]
    [InlineData("Device:Server:Binding", "UU", "Device:Server:Binding: 'UU' is no Binding: write each letter once, out of U M H T S N, for example U or UQ")]
    [InlineData("Device:Server:Liftime", "00:05:00", "Device:Server:Liftime: there is no such key: take it away, or write one of AsksFromAnyPort, Binding, BlocksOnFailure, "
        + "BootstrapsOnFailure, DefaultMaximumPeriod, DefaultMinimumPeriod, DisableTimeout, InitialDelay, Lifetime, MutesSend, Oscore, PriorityOrder, RetryCount, RetryTimer, Security, SequenceCount, "
        + "SequenceDelay, ShortServerId, StoresNotifications, Uri")]
    [InlineData("Device:Queuemod", "true", "Device:Queuemod: there is no such key: take it away, or write one of AlternatePath, AwakeTime, BootstrapServer, Endpoint, LocalEndPoint, "
        + "QueueMode, Server, Servers, StartSpread, StopTimeout, StorageFolder, UsesTcp, Version")]
    [InlineData("Device:Server", "coap://h", "Device:Server: 'coap://h' is a value where keys are expected: write for example Device:Server:Uri", "Device:Server:Uri", null)]
    [InlineData("Device:Endpoint", "", "Device:Endpoint: a device that registers has a name: write one, for example urn:dev:mac:0024befffe804ff1")]
    [InlineData("Device:Endpoint:Name", "d", "Device:Endpoint: there are keys where a value is expected: write the value itself", "Device:Endpoint", null)]
    [InlineData("Device:Version", "2.0", "Device:Version: '2.0' is no version that a device speaks: write 1.0, 1.1 or 1.2")]
    [InlineData("Device:StopTimeout", "02:00:00", "Device:StopTimeout: '02:00:00' is out of range: write zero to an hour, for example 00:00:05")]
    [InlineData("Device:AwakeTime", "00:00:00", "Device:AwakeTime: '00:00:00' is out of range: write a second or more, for example 00:01:33")]
    [InlineData("Device:LocalEndPoint", "everywhere", "Device:LocalEndPoint: 'everywhere' cannot be read: write address:port, for example 0.0.0.0:5683 or [::]:5683")]
    [InlineData("Device:Servers:0:Uri", "coap://127.0.0.1:5683", "Device:Servers: Two servers are at coap://127.0.0.1:5683: their requests could not be told apart.")]
    [InlineData("Device:Servers:0:Uri", "coap://other", "Device:Servers: Two servers have the Short Server ID 1.", "Device:Servers:0:ShortServerId", "1")]
    [InlineData("Device:Servers:b:Uri", "ftp://h", "Device:Servers:b:Uri: 'ftp://h' has no scheme of CoAP: a server is at coap://host or coaps://host, perhaps with :port: " + UriAdvice)]
    [InlineData("Device:BootstrapServer:HoldOff", "-00:00:01", "Device:BootstrapServer:HoldOff: '-00:00:01' is out of range: " + SecondsAdvice, "Device:BootstrapServer:Uri", "coap://b")]
    [InlineData("Device:BootstrapServer:RetryDelay", "2.00:00:00", "Device:BootstrapServer:RetryDelay: '2.00:00:00' is out of range: write a second to a day, 00:00:01 to 1.00:00:00",
        "Device:BootstrapServer:Uri", "coap://b")]
    public async Task What_makes_no_sense_is_said_with_its_path(string key, string? value, string fault, string? otherKey = null, string? otherValue = null)
    {
        (string, string?)[] settings = [.. s_sound.Where(pair => pair.Key != key && pair.Key != otherKey), (key, value)];
        string[] faults = await FaultsAsync(otherKey is null ? settings : [.. settings, (otherKey, otherValue)]);
        Assert.Equal([fault], faults);
    }

    [Fact]
    public async Task A_section_that_is_missing_is_a_device_without_a_server() =>
        Assert.Equal(["Device:Server: the device has no server: write Device:Server:Uri, or a Uri below Device:BootstrapServer"], await FaultsAsync([]));

    [Fact]
    public async Task All_faults_are_said_at_once() =>
        Assert.Equal(
            [
                "Device:AwakeTime: 'x' cannot be read: " + TimeAdvice,
                "Device:Server:Uri: 'h' has no scheme of CoAP: a server is at coap://host or coaps://host, perhaps with :port: " + UriAdvice,
                "Device:Server:Lifetime: '-00:00:01' is out of range: " + SecondsAdvice,
            ],
            await FaultsAsync([("Device:AwakeTime", "x"), ("Device:Server:Uri", "h"), ("Device:Server:Lifetime", "-00:00:01")]));

    [Fact]
    public async Task A_name_that_is_too_long_for_a_Register_is_said() =>
        Assert.Equal(
            ["Device:Endpoint: the name has 253 bytes, and a Register has room for 252: write a shorter one"],
            await FaultsAsync([("Device:Endpoint", new('d', 253)), s_sound[1]]));

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_said()
    {
        string file = Path.GetTempFileName();
        string fault = Assert.Single(await FaultsAsync([.. s_sound, ("Device:StorageFolder", file)]));
        Assert.StartsWith($"Device:StorageFolder: The state of a device cannot be kept in '{file}': ", fault, StringComparison.Ordinal);
        Assert.EndsWith("Name a folder that this user may write to and that no other device has.", fault, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void What_code_has_set_is_called_by_its_name_in_the_code()
    {
        Assert.Equal(
            ["IpsoDeviceOptions.Server.Uri: 'x' has no scheme of CoAP: a server is at coap://host or coaps://host, perhaps with :port: " + UriAdvice],
            Faults(static services => services.AddIpsoDevice(static options => options.Server = DeviceHost.At("x"))));
        Assert.Equal(
            ["IpsoDeviceOptions(\"shed\").Servers[1].Lifetime: '-00:00:01' is out of range: " + SecondsAdvice],
            Faults(
                static services => services.AddIpsoDevice("shed", static options =>
                {
                    options.Servers.Add(DeviceHost.At("coap://a"));
                    options.Servers.Add(new() { Uri = "coap://b", Lifetime = TimeSpan.FromSeconds(-1) });
                }),
                "shed"));
        Assert.Equal(
            ["IpsoDeviceOptions.Server: the device has no server: write IpsoDeviceOptions.Server = new() { Uri = \"coap://host\" }, or a Uri below IpsoDeviceOptions.BootstrapServer"],
            Faults(static services => services.AddIpsoDevice(static options => options.Endpoint = "d")));
    }

    [Fact]
    public void Of_the_whole_configuration_most_keys_belong_to_others()
    {
        HostApplicationBuilder builder = DeviceHost.Create(new(), ("Endpoint", "d"), ("Server:Uri", "coap://h"), ("Else", "1"));
        builder.Services.AddIpsoDevice(builder.Configuration);
        using IHost host = builder.Build();
        Assert.Equal("coap://h", Servers(host)[0].Uri);
    }

    [Fact]
    public void What_makes_sense_gets_to_the_device()
    {
        DeviceOptions device = Read(
            ("Device:Endpoint", "d"), ("Device:Version", "1.1"), ("Device:QueueMode", "true"), ("Device:AwakeTime", "00:00:30"),
            ("Device:StopTimeout", "00:00:01"), ("Device:StartSpread", "00:10:00"), ("Device:AlternatePath", "/l"),
            ("Device:Server:Uri", "coap://h:1"), ("device:server:lifetime", "1.00:00:00"),
            ("Device:Server:ShortServerId", "9"), ("Device:Server:Binding", "UT"), ("Device:Server:DefaultMinimumPeriod", "00:00:02"),
            ("Device:Server:DefaultMaximumPeriod", "00:00:03"), ("Device:Server:DisableTimeout", "00:00:04"),
            ("Device:Server:StoresNotifications", "false"), ("Device:Server:PriorityOrder", "0"), ("Device:Server:InitialDelay", "00:00:05"),
            ("Device:Server:BlocksOnFailure", "true"), ("Device:Server:BootstrapsOnFailure", "false"), ("Device:Server:RetryCount", "6"),
            ("Device:Server:RetryTimer", "00:00:07"), ("Device:Server:SequenceDelay", "00:00:08"), ("Device:Server:SequenceCount", "9"),
            ("Device:Server:MutesSend", "false"), ("Device:Server:AsksFromAnyPort", "true"), ("Device:Servers:0:Uri", "coap://second"),
            ("Device:Servers:third:Uri", "coap://third"), ("Device:BootstrapServer:Uri", "coap://b"), ("Device:BootstrapServer:HoldOff", "00:00:01"),
            ("Device:BootstrapServer:AccountTimeout", "00:00:02"), ("Device:BootstrapServer:AsksForPack", "false"),
            ("Device:BootstrapServer:AsksFromAnyPort", "true"), ("Device:BootstrapServer:RetryDelay", "00:00:03"),
            ("Device:BootstrapServer:MaxRetryDelay", "00:00:04"));
        Assert.Equal(("d", new ObjectVersion(1, 1), true, "/l"), (device.Endpoint, device.Version, device.QueueMode, device.AlternatePath));
        Assert.Equal((Seconds(30), Seconds(1), Seconds(600)), (device.AwakeTime, device.StopTimeout, device.StartSpread));
        Assert.Equal(
            new ServerOptions("coap://h:1")
            {
                ShortServerId = 9, Lifetime = TimeSpan.FromDays(1), Binding = "UT", DefaultMinimumPeriod = Seconds(2), DefaultMaximumPeriod = Seconds(3),
                DisableTimeout = Seconds(4), StoresNotifications = false, PriorityOrder = 0, InitialDelay = Seconds(5), BlocksOnFailure = true,
                BootstrapsOnFailure = false, RetryCount = 6, RetryTimer = Seconds(7), SequenceDelay = Seconds(8), SequenceCount = 9, MutesSend = false,
                AsksFromAnyPort = true,
            },
            device.Server);
        Assert.Equal(["coap://second", "coap://third"], device.Servers.Select(static server => server.Uri));
        Assert.Equal(new BootstrapServerOptions("coap://b") { HoldOff = Seconds(1), AccountTimeout = Seconds(2) }, device.BootstrapServer);
        Assert.Equal(new BootstrapOptions { AsksForPack = false, AsksFromAnyPort = true, RetryDelay = Seconds(3), MaxRetryDelay = Seconds(4) }, device.Bootstrap);
    }

    [Fact]
    public void What_nobody_says_is_as_without_a_host()
    {
        DeviceOptions device = Read(s_sound);
        Assert.Equal(new DeviceOptions { Endpoint = "d", Server = new("coap://127.0.0.1") }, device);
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task A_device_serves_where_it_is_told_to()
    {
        HostApplicationBuilder builder = DeviceHost.Create(new(), [.. s_sound, ("Device:LocalEndPoint", "127.0.0.1:0")]);
        builder.AddDevice();
        using IHost host = builder.Build();
        await host.StartAsync();
        Assert.Equal(IPAddress.Loopback, host.Get<Lwm2mDevice>().LocalEndPoint.Address);
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static async Task<string[]> FaultsAsync((string, string?)[] configuration)
    {
        LogRecorder log = new();
        HostApplicationBuilder builder = DeviceHost.Create(log, configuration);
        builder.AddDevice();
        using IHost host = builder.Build();
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Empty(log.Events);
        return [.. e.Failures];
    }

    private static string[] Faults(Action<IServiceCollection> add, string? name = null)
    {
        HostApplicationBuilder builder = DeviceHost.Create(new());
        add(builder.Services);
        using IHost host = builder.Build();
        return
        [
            .. Assert.Throws<OptionsValidationException>(() => name is null
                ? host.Services.GetRequiredService<Lwm2mDevice>()
                : host.Services.GetRequiredKeyedService<Lwm2mDevice>(name)).Failures,
        ];
    }

    private static DeviceOptions Read(params (string, string?)[] configuration)
    {
        HostApplicationBuilder builder = DeviceHost.Create(new(), configuration);
        DeviceOptions? seen = null;
        builder.AddDevice(options => options.Adjust = device => seen = device);
        using IHost host = builder.Build();
        _ = host.Get<Lwm2mDevice>();
        return seen!;
    }

    private static IReadOnlyList<ServerStatus> Servers(IHost host) => host.Get<Lwm2mDevice>().Endpoint.GetServers(default);
}
