using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Net.Security;
using Microsoft.Extensions.Configuration;

namespace Ipso.Hosting;

/// <summary>What the keys of the configuration are, and where they go. What it does not say stays as it was.</summary>
internal static class OptionsReading
{
    internal static void Read(IConfiguration section, IpsoDeviceOptions options)
    {
        SectionReader reader = new(section, options.Faults);
        options.Path = reader.Path;
        if (section is IConfigurationSection self && !self.Exists())
        {
            // What is missing of it is said by what it leads to, with this path.
            return;
        }

        options.Endpoint = reader.Text(nameof(options.Endpoint)) ?? options.Endpoint;
        options.Version = reader.Text(nameof(options.Version)) ?? options.Version;
        options.QueueMode = reader.Flag(nameof(options.QueueMode)) ?? options.QueueMode;
        options.AwakeTime = reader.Time(nameof(options.AwakeTime)) ?? options.AwakeTime;
        options.StartSpread = reader.Time(nameof(options.StartSpread)) ?? options.StartSpread;
        options.StopTimeout = reader.Time(nameof(options.StopTimeout)) ?? options.StopTimeout;
        options.StorageFolder = reader.Text(nameof(options.StorageFolder)) ?? options.StorageFolder;
        options.LocalEndPoint = reader.EndPoint(nameof(options.LocalEndPoint)) ?? options.LocalEndPoint;
        options.UsesTcp = reader.Flag(nameof(options.UsesTcp)) ?? options.UsesTcp;
        options.AlternatePath = reader.Text(nameof(options.AlternatePath)) ?? options.AlternatePath;
        if (reader.Below(nameof(options.Server), nameof(IpsoServerOptions.Uri)) is { } server)
        {
            Read(server, options.Server ??= new(), options.Faults);
        }

        foreach (IConfigurationSection further in reader.Below(nameof(options.Servers), $"0:{nameof(IpsoServerOptions.Uri)}")?.GetChildren() ?? [])
        {
            IpsoServerOptions added = new();
            Read(further, added, options.Faults);
            options.Servers.Add(added);
        }

        if (reader.Below(nameof(options.BootstrapServer), nameof(IpsoBootstrapServerOptions.Uri)) is { } bootstrapServer)
        {
            Read(bootstrapServer, options.BootstrapServer ??= new(), options.Faults);
        }

        reader.NoteUnknown();
    }

    private static void Read(IConfigurationSection section, IpsoServerOptions options, List<string> faults)
    {
        SectionReader reader = new(section, faults);
        options.Path = reader.Path;
        options.Uri = reader.Text(nameof(options.Uri)) ?? options.Uri;
        options.ShortServerId = reader.Number(nameof(options.ShortServerId)) ?? options.ShortServerId;
        options.Lifetime = reader.Time(nameof(options.Lifetime)) ?? options.Lifetime;
        options.Binding = reader.Text(nameof(options.Binding)) ?? options.Binding;
        options.DefaultMinimumPeriod = reader.Time(nameof(options.DefaultMinimumPeriod)) ?? options.DefaultMinimumPeriod;
        options.DefaultMaximumPeriod = reader.Time(nameof(options.DefaultMaximumPeriod)) ?? options.DefaultMaximumPeriod;
        options.DisableTimeout = reader.Time(nameof(options.DisableTimeout)) ?? options.DisableTimeout;
        options.StoresNotifications = reader.Flag(nameof(options.StoresNotifications)) ?? options.StoresNotifications;
        options.PriorityOrder = reader.Number(nameof(options.PriorityOrder)) ?? options.PriorityOrder;
        options.InitialDelay = reader.Time(nameof(options.InitialDelay)) ?? options.InitialDelay;
        options.BlocksOnFailure = reader.Flag(nameof(options.BlocksOnFailure)) ?? options.BlocksOnFailure;
        options.BootstrapsOnFailure = reader.Flag(nameof(options.BootstrapsOnFailure)) ?? options.BootstrapsOnFailure;
        options.RetryCount = reader.Number(nameof(options.RetryCount)) ?? options.RetryCount;
        options.RetryTimer = reader.Time(nameof(options.RetryTimer)) ?? options.RetryTimer;
        options.SequenceDelay = reader.Time(nameof(options.SequenceDelay)) ?? options.SequenceDelay;
        options.SequenceCount = reader.Number(nameof(options.SequenceCount)) ?? options.SequenceCount;
        options.MutesSend = reader.Flag(nameof(options.MutesSend)) ?? options.MutesSend;
        options.AsksFromAnyPort = reader.Flag(nameof(options.AsksFromAnyPort)) ?? options.AsksFromAnyPort;
        if (reader.Below(nameof(options.Security), nameof(IpsoSecurityOptions.Identity), isSecret: true) is { } security)
        {
            Read(security, options.Security ??= new(), faults);
        }

        if (reader.Below(nameof(options.Oscore), nameof(IpsoOscoreOptions.MasterSecret), isSecret: true) is { } oscore)
        {
            Read(oscore, options.Oscore ??= new(), faults);
        }

        reader.NoteUnknown();
    }

    private static void Read(IConfigurationSection section, IpsoBootstrapServerOptions options, List<string> faults)
    {
        SectionReader reader = new(section, faults);
        options.Path = reader.Path;
        options.Uri = reader.Text(nameof(options.Uri)) ?? options.Uri;
        options.HoldOff = reader.Time(nameof(options.HoldOff)) ?? options.HoldOff;
        options.AccountTimeout = reader.Time(nameof(options.AccountTimeout)) ?? options.AccountTimeout;
        options.AsksForPack = reader.Flag(nameof(options.AsksForPack)) ?? options.AsksForPack;
        options.AsksFromAnyPort = reader.Flag(nameof(options.AsksFromAnyPort)) ?? options.AsksFromAnyPort;
        options.RetryDelay = reader.Time(nameof(options.RetryDelay)) ?? options.RetryDelay;
        options.MaxRetryDelay = reader.Time(nameof(options.MaxRetryDelay)) ?? options.MaxRetryDelay;
        if (reader.Below(nameof(options.Security), nameof(IpsoSecurityOptions.Identity), isSecret: true) is { } security)
        {
            Read(security, options.Security ??= new(), faults);
        }

        if (reader.Below(nameof(options.Oscore), nameof(IpsoOscoreOptions.MasterSecret), isSecret: true) is { } oscore)
        {
            Read(oscore, options.Oscore ??= new(), faults);
        }

        reader.NoteUnknown();
    }

    private static void Read(IConfigurationSection section, IpsoSecurityOptions options, List<string> faults)
    {
        SectionReader reader = new(section, faults, isSecret: true);
        options.Path = reader.Path;
        options.Identity = reader.Text(nameof(options.Identity)) ?? options.Identity;
        options.Key = reader.Text(nameof(options.Key)) ?? options.Key;
        options.KeyFile = reader.Text(nameof(options.KeyFile)) ?? options.KeyFile;
        options.KeyEncoding = reader.Choice<KeyEncoding>(nameof(options.KeyEncoding)) ?? options.KeyEncoding;
        options.CertificateFile = reader.Text(nameof(options.CertificateFile)) ?? options.CertificateFile;
        options.PrivateKeyFile = reader.Text(nameof(options.PrivateKeyFile)) ?? options.PrivateKeyFile;
        options.Password = reader.Text(nameof(options.Password)) ?? options.Password;
        options.ServerCertificateFile = reader.Text(nameof(options.ServerCertificateFile)) ?? options.ServerCertificateFile;
        options.Usage = reader.Choice<CertificateUsage>(nameof(options.Usage)) ?? options.Usage;
        options.ServerName = reader.Text(nameof(options.ServerName)) ?? options.ServerName;
        reader.NoteUnknown();
    }

    internal static void Read(IConfiguration section, IpsoOscoreOptions options, List<string> faults)
    {
        SectionReader reader = new(section, faults, isSecret: true);
        options.Path = reader.Path;
        options.MasterSecret = reader.Text(nameof(options.MasterSecret)) ?? options.MasterSecret;
        options.MasterSecretFile = reader.Text(nameof(options.MasterSecretFile)) ?? options.MasterSecretFile;
        options.MasterSalt = reader.Text(nameof(options.MasterSalt)) ?? options.MasterSalt;
        options.MasterSaltFile = reader.Text(nameof(options.MasterSaltFile)) ?? options.MasterSaltFile;
        options.KeyEncoding = reader.Choice<KeyEncoding>(nameof(options.KeyEncoding)) ?? options.KeyEncoding;
        options.SenderId = reader.Text(nameof(options.SenderId)) ?? options.SenderId;
        options.RecipientId = reader.Text(nameof(options.RecipientId)) ?? options.RecipientId;
        options.IdContext = reader.Text(nameof(options.IdContext)) ?? options.IdContext;
        options.Aead = reader.Choice<AeadAlgorithm>(nameof(options.Aead)) ?? options.Aead;
        options.Hmac = reader.Choice<HmacAlgorithm>(nameof(options.Hmac)) ?? options.Hmac;
        reader.NoteUnknown();
    }
}
