using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Net.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ipso.Hosting.Tests;

/// <summary>Keys of OSCORE out of the configuration and out of files, and what is said of those that are of no use.</summary>
[Trait("Category", "Security")]
public sealed class OscoreConfigurationTests : IDisposable
{
    private const string Secret = "5ec2e75ec2e75ec2e75ec2e75ec2e75e";
    private const string FileAdvice = "there is no such file, or it may not be read: name another file";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static readonly string[] s_sound = ["MasterSecret", Secret, "SenderId", "01", "RecipientId", "02"];

    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-oscore-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Server", false)]
    [InlineData("Server", true)]
    [InlineData("Servers:0", false)]
    [InlineData("Servers:0", true)]
    [InlineData("BootstrapServer", false)]
    [InlineData("BootstrapServer", true)]
    public async Task Every_setting_gets_to_the_account(string server, bool isFromEnvironment)
    {
        (string, string)[] settings = [.. new (string Key, string Value)[]
        {
            ("MasterSecret", "XsLn"), ("MasterSalt", "AQID"), ("KeyEncoding", "base64"), ("SenderId", "0xA1"), ("RecipientId", ""), ("IdContext", "c0ffee"),
            ("Aead", "aesccm16tag128key256"), ("Hmac", "Sha512"),
        }.Select(pair => ($"Device:{server}:Oscore:{pair.Key}", pair.Value)), ($"Device:{server}:Uri", "coap://h"), ("Device:Endpoint", "d")];
        HostApplicationBuilder builder = DeviceHost.Create(new(), isFromEnvironment ? [] : settings.Select(static s => (s.Item1, (string?)s.Item2)));
        string prefix = $"IPSO_TEST_{Guid.NewGuid():N}_";
        if (isFromEnvironment)
        {
            foreach ((string key, string value) in settings)
            {
                Environment.SetEnvironmentVariable(prefix + key.Replace(":", "__", StringComparison.Ordinal), value);
            }

            builder.Configuration.AddEnvironmentVariables(prefix);
            foreach ((string key, _) in settings)
            {
                Environment.SetEnvironmentVariable(prefix + key.Replace(":", "__", StringComparison.Ordinal), null);
            }
        }

        await using Lwm2mDevice device = Make(builder);
        LWM2MSecurity account = Assert.IsType<LWM2MSecurity>(Assert.Single(device.Objects.OfObject(0).ToArray()));
        Assert.Equal(21, account.OSCORESecurityMode!.Value.ObjectId);
        LWM2MOSCORE keys = device.Objects.Find<LWM2MOSCORE>(account.OSCORESecurityMode.Value.InstanceId)!;
        Assert.Equal([0x5e, 0xc2, 0xe7], keys.OSCOREMasterSecret.ToArray());
        Assert.Equal([1, 2, 3], keys.OSCOREMasterSalt!.Value.ToArray());
        Assert.Equal([0xa1], keys.OSCORESenderID.ToArray());
        Assert.Empty(keys.OSCORERecipientID.ToArray());
        Assert.Equal([0xc0, 0xff, 0xee], keys.OSCOREIDContext!.Value.ToArray());
        Assert.Equal((31L, 7L), (keys.OSCOREAEADAlgorithm, keys.OSCOREHMACAlgorithm));
    }

    [Theory]
    [InlineData(null, $" 0x{Secret}\n", "0a0b\n")]
    [InlineData("Base64", "XsLnXsLnXsLnXsLnXsLnXg==\r\n", "Cgs=")]
    [InlineData("Text", "^\u0002\n", "\n\u000b\n")]
    public async Task Secret_and_salt_are_read_from_files(string? encoding, string secret, string salt)
    {
        await using Lwm2mDevice device = Make(
            "SenderId", "01", "RecipientId", "02", "MasterSecretFile", Write("secret", secret), "MasterSaltFile", Write("salt", salt), "KeyEncoding", encoding);
        LWM2MOSCORE keys = device.Objects.Find<LWM2MOSCORE>(1)!;
        Assert.Equal(encoding == "Text" ? [0x5e, 2] : Convert.FromHexString(Secret), keys.OSCOREMasterSecret.ToArray());
        Assert.Equal([0x0a, 0x0b], keys.OSCOREMasterSalt!.Value.ToArray());
        Assert.Equal((10L, 5L), (keys.OSCOREAEADAlgorithm, keys.OSCOREHMACAlgorithm));
        Assert.True(keys.OSCOREIDContext.GetValueOrDefault().IsEmpty);
    }

    [Fact]
    public async Task It_stands_beside_security_and_what_code_has_set_counts_too()
    {
        HostApplicationBuilder builder = DeviceHost.Create(
            new(), ("Device:Endpoint", "d"), ("Device:Server:Uri", "coaps://h"), ("Device:Server:Security:Identity", "d"), ("Device:Server:Security:Key", "01"));
        await using Lwm2mDevice device = Make(builder, options =>
            options.Server!.Oscore = new() { MasterSecret = "night", KeyEncoding = KeyEncoding.Text, SenderId = "", RecipientId = "02" });
        LWM2MSecurity account = device.Objects.Find<LWM2MSecurity>(0)!;
        Assert.Equal((0L, new ObjectLink(21, 1)), (account.SecurityMode, account.OSCORESecurityMode));
        Assert.Equal("night"u8.ToArray(), device.Objects.Find<LWM2MOSCORE>(1)!.OSCOREMasterSecret.ToArray());
    }

    [Theory]
    [InlineData("MasterSecret: there is none: write it, or MasterSecretFile", "MasterSecret", null)]
    [InlineData("MasterSecret: there is none: write it, or MasterSecretFile", "MasterSecret", "")]
    [InlineData("MasterSecret: The key is not written as Hex: write it so, or say in KeyEncoding how it is written", "MasterSecret", Secret + "x")]
    [InlineData("MasterSecret: The key is not written as Base64: write it so, or say in KeyEncoding how it is written", "MasterSecret", Secret + "!", "KeyEncoding", "Base64")]
    [InlineData("MasterSecret: there is a MasterSecretFile too: take one of them away", "MasterSecretFile", "/no/such/file")]
    [InlineData("MasterSecretFile: " + FileAdvice, "MasterSecret", null, "MasterSecretFile", Secret)]
    [InlineData("MasterSalt: The key is not written as Hex: write it so, or say in KeyEncoding how it is written", "MasterSalt", Secret + "x")]
    [InlineData("MasterSalt: there is a MasterSaltFile too: take one of them away", "MasterSalt", "01", "MasterSaltFile", "/no/such/file")]
    [InlineData("MasterSaltFile: " + FileAdvice, "MasterSaltFile", Secret)]
    [InlineData("KeyEncoding: cannot be read: write Hex, Base64, Text", "KeyEncoding", Secret)]
    [InlineData("SenderId: there is none: write it in hexadecimal; an empty one has 0 bytes", "SenderId", null)]
    [InlineData("SenderId: it is not written in hexadecimal: write it so, for example 01", "SenderId", "node " + Secret)]
    [InlineData("SenderId: it has more bytes than 7: write a shorter one", "SenderId", Secret)]
    [InlineData("SenderId: it has more bytes than 1: write a shorter one", "SenderId", "0102", "Aead", "AesCcm64Tag64Key128")]
    [InlineData("RecipientId: there is none: write it in hexadecimal; an empty one has 0 bytes", "RecipientId", null)]
    [InlineData("RecipientId: it has more bytes than 7: write a shorter one", "RecipientId", Secret)]
    [InlineData("RecipientId: it is the SenderId too: write the one of the other side", "RecipientId", "0x01")]
    [InlineData("IdContext: it is not written in hexadecimal: write it so, for example 01", "IdContext", Secret + "x")]
    [InlineData("IdContext: it has more bytes than 64: write a shorter one", "IdContext", Secret + Secret + Secret + Secret + "00")]
    [InlineData("Aead: cannot be read: write A128Gcm, A192Gcm, A256Gcm, AesCcm16Tag64Key128, AesCcm16Tag64Key256, AesCcm64Tag64Key128, AesCcm64Tag64Key256, "
        + "ChaCha20Poly1305, AesCcm16Tag128Key128, AesCcm16Tag128Key256, AesCcm64Tag128Key128, AesCcm64Tag128Key256", "Aead", Secret)]
    [InlineData("Hmac: cannot be read: write Sha256, Sha512", "Hmac", Secret)]
    [InlineData("Key: there is no such key: take it away, or write one of Aead, Hmac, IdContext, KeyEncoding, MasterSalt, MasterSaltFile, MasterSecret, MasterSecretFile, "
        + "RecipientId, SenderId", "Key", Secret)]
    public void What_is_wrong_is_said_and_nothing_of_a_key(string fault, params string?[] settings)
    {
        string?[] all = [.. s_sound.Chunk(2).Where(pair => !settings.Chunk(2).Any(other => other[0] == pair[0])).SelectMany(static pair => pair), .. settings];
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(() => Make(all));
        Assert.Equal([$"Device:Server:Oscore:{fault}"], thrown.Failures);
        AssertSaysNothing(thrown.ToString());
    }

    [Fact]
    public void All_is_said_at_once()
    {
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(
            () => Make("MasterSecret", Secret + "x", "SenderId", Secret, "Hmac", "md5", "IdContext", "?"));
        Assert.Equal(["Hmac", "MasterSecret", "SenderId", "RecipientId", "IdContext"], thrown.Failures.Select(static fault => fault.Split(':')[3]));
        AssertSaysNothing(thrown.ToString());
    }

    [Theory]
    [InlineData("Server")]
    [InlineData("BootstrapServer")]
    public void A_secret_in_the_place_of_the_section_is_not_in_what_is_said(string server)
    {
        HostApplicationBuilder builder = DeviceHost.Create(
            new(), ("Device:Endpoint", "d"), ($"Device:{server}:Uri", "coap://h"), ($"Device:{server}:Oscore", Secret));
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(() => Make(builder));
        Assert.Equal(
            [$"Device:{server}:Oscore: there is a value where keys are expected: write for example Device:{server}:Oscore:MasterSecret"], thrown.Failures);
        AssertSaysNothing(thrown.ToString());
    }

    [Fact]
    public void Without_a_folder_nobody_would_know_which_numbers_were_used()
    {
        HostApplicationBuilder builder = Builder(s_sound);
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(() => Make(builder, static options => options.StorageFolder = null));
        Assert.Equal(
            ["Device:StorageFolder: there is none, and how far keys of OSCORE were used must be known after a restart: write the path of a folder"],
            thrown.Failures);
    }

    // RFC 8613, 3.3: numbers would be used twice under one key, ours or the one of another.
    [Theory]
    [InlineData("01", "02")]
    [InlineData("01", "03")]
    [InlineData("02", "03")]
    public void Two_servers_whose_keys_are_the_same_are_said(string sender, string recipient)
    {
        HostApplicationBuilder builder = Builder(s_sound);
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(() => Make(builder, options =>
            options.BootstrapServer = new()
            {
                Uri = "coap://b", Oscore = new() { MasterSecret = Secret.ToUpperInvariant(), SenderId = sender, RecipientId = recipient },
            }));
        Assert.Equal(
            ["Device:BootstrapServer.Oscore: secret and ids make a key that Device:Server:Oscore makes, too: write another MasterSecret, or ids that no other has"],
            thrown.Failures);
    }

    [Fact]
    public void Two_servers_that_could_not_be_told_apart_are_said()
    {
        HostApplicationBuilder builder = Builder(s_sound);
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(() => Make(builder, static options =>
            options.Servers.Add(new() { Uri = "coap://t", Oscore = new() { MasterSecret = "01", SenderId = "01", RecipientId = "02" } })));
        Assert.Equal(
            ["Device:Servers[0].Oscore.RecipientId: Device:Server:Oscore has it too, with the same IdContext: write another one"], thrown.Failures);
    }

    [Fact]
    public async Task Servers_whose_salt_or_context_is_another_may_share_a_secret()
    {
        await using Lwm2mDevice device = Make(Builder(s_sound), static options =>
        {
            options.Servers.Add(new() { Uri = "coap://t", Oscore = new() { MasterSecret = Secret, MasterSalt = "01", SenderId = "01", RecipientId = "03" } });
            options.Servers.Add(new() { Uri = "coap://u", Oscore = new() { MasterSecret = Secret, IdContext = "01", SenderId = "01", RecipientId = "04" } });
        });
        Assert.Equal(3, device.Objects.OfObject(21).Length);
    }

    [Fact]
    public void What_code_has_set_to_no_algorithm_is_said_with_its_name()
    {
        HostApplicationBuilder builder = DeviceHost.Create(new());
        builder.Services.AddIpsoDevice(static options =>
        {
            options.Endpoint = "d";
            options.Server = new()
            {
                Uri = "coap://h",
                Oscore = new() { MasterSecret = Secret, SenderId = "01", RecipientId = "02", Aead = (AeadAlgorithm)99, Hmac = (HmacAlgorithm)6 },
            };
        });
        using IHost host = builder.Build();
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(host.Services.GetRequiredService<Lwm2mDevice>);
        Assert.Equal(2, thrown.Failures.Count());
        Assert.StartsWith("IpsoDeviceOptions.Server.Oscore.Aead: there is no such algorithm: write A128Gcm, ", thrown.Failures.First(), StringComparison.Ordinal);
        Assert.Equal("IpsoDeviceOptions.Server.Oscore.Hmac: there is no such algorithm: write Sha256, Sha512", thrown.Failures.Last());
    }

    [Fact]
    public async Task The_host_protects_the_device_unless_the_program_does()
    {
        await using Lwm2mDevice device = Make(s_sound);
        Assert.IsType<OscoreAccounts>(device.Endpoint.Options.Protection);

        using OscoreAccounts own = new();
        await using Lwm2mDevice other = Make(Builder(s_sound), options => options.Adjust = made => made with { Protection = own });
        Assert.Same(own, other.Endpoint.Options.Protection);
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task A_device_registers_under_OSCORE_with_a_server_that_has_its_keys_from_a_configuration_and_again_after_a_restart_of_both()
    {
        LogRecorder log = new();
        IConfiguration serving = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Oscore:0:MasterSecretFile"] = Write("secret", Secret), ["Oscore:0:SenderId"] = "02", ["Oscore:0:RecipientId"] = "01",
        }).Build();
        int port = 0;
        for (int start = 0; start < 2; start++)
        {
            using FileSequenceFolder numbers = new(Path.Combine(_folder, "numbers"));
            using OscoreProtection contexts = new() { RequiresProtection = true };
            serving.GetSection("Oscore").ReadOscoreContexts(contexts, numbers);
            await using LwM2MServer server = new(options: new() { Protection = contexts }, port: port);
            port = server.Coap.LocalEndPoint.Port;
            HostApplicationBuilder builder = DeviceHost.Create(
                log, [("Device:Endpoint", "d"), ("Device:StorageFolder", Path.Combine(_folder, "device")), ("Device:Server:Uri", server.Uri),
                .. s_sound.Chunk(2).Select(static pair => ($"Device:Server:Oscore:{pair[0]}", (string?)pair[1]))]);
            builder.AddDevice();
            OscoreAccounts accounts;
            using (IHost host = builder.Build())
            {
                await host.StartAsync();
                Lwm2mDevice device = host.Get<Lwm2mDevice>();
                await device.WaitUntilRegisteredAsync().WaitAsync(s_patience);
                accounts = (OscoreAccounts)device.Endpoint.Options.Protection!;
                Assert.Equal(1, accounts.Count);
                await host.StopAsync();
            }

            Assert.Equal(0, accounts.Count);
            Assert.Equal(["POST /rd?ep=d&lt=86400&lwm2m=1.2&b=U", "DELETE /rd/5"], server.Asked);
            Assert.All(server.Askers, static asker => Assert.Equal(PeerIdentityKind.Oscore, asker!.Kind));
        }

        Assert.All(log.Events, static e => AssertSaysNothing($"{e} {string.Join(' ', e.Values.Values)} {e.Exception}"));
    }

    [Fact]
    public async Task Text_of_it_says_nothing_of_a_key()
    {
        IpsoOscoreOptions options = new() { MasterSecret = Secret, MasterSalt = Secret, SenderId = "01", RecipientId = "02" };
        await using Lwm2mDevice device = Make(Builder(), made => made.Server!.Oscore = options);
        ServerOptions server = device.Endpoint.Options.Server!;
        Assert.Equal("OSCORE, sender 01, recipient 02", server.Oscore!.ToString());
        AssertSaysNothing($"{options} {server} {device.Endpoint.Options} {device.Objects.Find<LWM2MOSCORE>(1)}");
    }

    internal static void AssertSaysNothing(string? text) => Assert.DoesNotContain(Secret[..12], text, StringComparison.OrdinalIgnoreCase);

    private static HostApplicationBuilder Builder(params string?[] oscore) => DeviceHost.Create(
        new(), [("Device:Endpoint", "d"), ("Device:Server:Uri", "coap://h"), .. oscore.Chunk(2).Select(static pair => ($"Device:Server:Oscore:{pair[0]}", pair[1]))]);

    private Lwm2mDevice Make(params string?[] oscore) => Make(Builder(oscore));

    private Lwm2mDevice Make(HostApplicationBuilder builder, Action<IpsoDeviceOptions>? configure = null)
    {
        builder.Services.AddIpsoDevice(builder.Configuration.GetSection("Device"), options =>
        {
            options.StorageFolder = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
            configure?.Invoke(options);
        });
        return builder.Build().Services.GetRequiredService<Lwm2mDevice>();
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
