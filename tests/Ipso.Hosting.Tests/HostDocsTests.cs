using System.Text;
using Ipso.Coap.Oscore;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;
using Ipso.Tests.Docs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ipso.Hosting.Tests;

/// <summary>The examples of docs/device.md, "In a host", compiled and run: the code stands here as it stands there.</summary>
public class HostDocsTests
{
    private static readonly DocsPage s_section = new("device.md", "In a host");

    [Fact]
    [Trait("Category", "Network")]
    public async Task The_example()
    {
        await using LwM2MServer server = new();
        string[] args =
        [
            "--Device:Endpoint=urn:dev:mac:0024befffe804ff1", $"--Device:Server:Uri={server.Uri}", "--Device:Server:Lifetime=00:05:00",
            "--Device:Server:MutesSend=false", "--Logging:LogLevel:Default=None",
        ];
        {
            HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
            builder.Services.AddIpsoDevice(builder.Configuration.GetSection("Device"))
                .AddObject(new Temperature { SensorValue = 21.5, SensorUnits = "Cel" })
                .AddBehaviour(services => new DeviceControl
                {
                    Rebooting = services.GetRequiredService<IHostApplicationLifetime>().StopApplication,
                });
            builder.Services.AddHostedService<Thermometer>();
            builder.Services.AddHealthChecks().AddIpsoDeviceCheck();
            await builder.Build().RunAsync();
        }

        Assert.Equal(["POST /rd?ep=urn:dev:mac:0024befffe804ff1&lt=300&lwm2m=1.2&b=U", "POST /dp", "DELETE /rd/5"], server.Asked);
    }

    [Fact]
    public void The_configuration_of_the_page_is_one()
    {
        using MemoryStream json = new(Encoding.UTF8.GetBytes(s_section.Examples("json")[0]));
        IConfiguration configuration = new ConfigurationBuilder().AddJsonStream(json).Build();
        HostApplicationBuilder builder = DeviceHost.Create(new());
        DeviceOptions? seen = null;
        builder.Services.AddIpsoDevice(configuration.GetSection("Device"), options =>
        {
            Assert.NotNull(options.StorageFolder);
            options.StorageFolder = null;           // not on this machine
            options.Adjust = device => seen = device;
        });
        using IHost host = builder.Build();
        Assert.Empty(host.Get<Lwm2mDevice>().Objects.OfObject(3303).ToArray());
        Assert.Equal(TimeSpan.FromMinutes(5), seen!.Server!.Lifetime);
        Assert.True(seen.QueueMode);
    }

    [Fact]
    public async Task Keys_from_a_configuration()
    {
        DocsPage page = new("security.md", "Keys from a configuration");
        string folder = Directory.CreateTempSubdirectory("ipso-docs-").FullName;
        using MemoryStream json = new(Encoding.UTF8.GetBytes(Assert.Single(page.Examples("json"))));
        IConfiguration configuration = new ConfigurationBuilder().AddJsonStream(json).Build();
        {
            using FileSequenceFolder numbers = new(folder);
            using OscoreProtection contexts = new(maxContexts: 1000) { RequiresProtection = true };
            configuration.GetSection("Oscore").ReadOscoreContexts(contexts, numbers);
            await using CoapServer server = new(new CoapServerOptions { Protection = contexts });
            Assert.Equal(2, contexts.Count);
        }

        Directory.Delete(folder, recursive: true);
        DocsPage.AssertStandHere([Assert.Single(page.Examples())]);
    }

    [Fact]
    public void Each_example_of_the_section_stands_here()
    {
        string[] examples = s_section.Examples();
        Assert.Equal(2, examples.Length);
        DocsPage.AssertStandHere(examples);
    }

    private static Task<double> MeasureAsync() => Task.FromResult(22.0);

    private sealed class Thermometer(Lwm2mDevice device, Temperature temperature, IHostApplicationLifetime host) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            temperature.SensorValue = await MeasureAsync();
            await device.SendAsync(new Lwm2mPath(3303, 0, 5700)).WaitAsync(stoppingToken);
            host.StopApplication();                 // it reports once, and goes
        }
    }
}
