namespace Ipso.Hosting
{
    public static class CredentialConfiguration
    {
        public static Ipso.Net.Security.CertificateCredentials ReadCertificate(this Microsoft.Extensions.Configuration.IConfiguration section) { }
        public static Ipso.Coap.Oscore.SecurityContext ReadOscoreContext(this Microsoft.Extensions.Configuration.IConfiguration section, Ipso.Net.FileSequenceFolder numbers, Ipso.Coap.Oscore.AeadProvider? aeads = null) { }
        public static void ReadOscoreContexts(this Microsoft.Extensions.Configuration.IConfiguration section, Ipso.Coap.Oscore.OscoreProtection contexts, Ipso.Net.FileSequenceFolder numbers, Ipso.Coap.Oscore.AeadProvider? aeads = null) { }
        public static Ipso.Net.Security.PreSharedKeyCredentials ReadPreSharedKey(this Microsoft.Extensions.Configuration.IConfiguration section) { }
        public static Ipso.Net.Security.PreSharedKeyStore ReadPreSharedKeys(this Microsoft.Extensions.Configuration.IConfiguration section) { }
    }
    public sealed class IpsoBootstrapServerOptions
    {
        public IpsoBootstrapServerOptions() { }
        public System.TimeSpan? AccountTimeout { get; set; }
        public bool? AsksForPack { get; set; }
        public bool AsksFromAnyPort { get; set; }
        public System.TimeSpan? HoldOff { get; set; }
        public System.TimeSpan? MaxRetryDelay { get; set; }
        public Ipso.Hosting.IpsoOscoreOptions? Oscore { get; set; }
        public System.TimeSpan? RetryDelay { get; set; }
        public Ipso.Hosting.IpsoSecurityOptions? Security { get; set; }
        public string? Uri { get; set; }
    }
    public sealed class IpsoDeviceBuilder
    {
        public string Name { get; }
        public Microsoft.Extensions.DependencyInjection.IServiceCollection Services { get; }
        public Ipso.Hosting.IpsoDeviceBuilder AddBehaviour<T>(System.Func<System.IServiceProvider, T> make)
            where T : Ipso.Lwm2m.Device.ObjectBehaviour { }
        public Ipso.Hosting.IpsoDeviceBuilder AddBehaviour<T>(T behaviour)
            where T : Ipso.Lwm2m.Device.ObjectBehaviour { }
        public Ipso.Hosting.IpsoDeviceBuilder AddObject<T>(System.Func<System.IServiceProvider, T> make)
            where T : Ipso.Lwm2m.Model.ObjectInstance { }
        public Ipso.Hosting.IpsoDeviceBuilder AddObject<T>(T instance)
            where T : Ipso.Lwm2m.Model.ObjectInstance { }
        public Ipso.Hosting.IpsoDeviceBuilder Configure(System.Action<System.IServiceProvider, Ipso.Net.Lwm2mDevice> configure) { }
        public Ipso.Hosting.IpsoDeviceBuilder UseSecurity(System.Func<System.IServiceProvider, Ipso.Net.Security.DatagramSecurity> make) { }
    }
    public static class IpsoDeviceHealthChecksBuilderExtensions
    {
        public static Microsoft.Extensions.DependencyInjection.IHealthChecksBuilder AddIpsoDeviceCheck(this Microsoft.Extensions.DependencyInjection.IHealthChecksBuilder builder, string? device = null, string? name = null, Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus? failureStatus = default, System.Collections.Generic.IEnumerable<string>? tags = null) { }
    }
    public sealed class IpsoDeviceOptions
    {
        public IpsoDeviceOptions() { }
        public System.Func<Ipso.Lwm2m.Device.DeviceOptions, Ipso.Lwm2m.Device.DeviceOptions>? Adjust { get; set; }
        public string? AlternatePath { get; set; }
        public System.TimeSpan? AwakeTime { get; set; }
        public Ipso.Hosting.IpsoBootstrapServerOptions? BootstrapServer { get; set; }
        public string? Endpoint { get; set; }
        public System.Net.IPEndPoint? LocalEndPoint { get; set; }
        public bool QueueMode { get; set; }
        public Ipso.Hosting.IpsoServerOptions? Server { get; set; }
        public System.Collections.Generic.IList<Ipso.Hosting.IpsoServerOptions> Servers { get; }
        public System.TimeSpan? StartSpread { get; set; }
        public System.TimeSpan? StopTimeout { get; set; }
        public string? StorageFolder { get; set; }
        public bool UsesTcp { get; set; }
        public string? Version { get; set; }
    }
    public static class IpsoDeviceServiceCollectionExtensions
    {
        public static Ipso.Hosting.IpsoDeviceBuilder AddIpsoDevice(this Microsoft.Extensions.DependencyInjection.IServiceCollection services, System.Action<Ipso.Hosting.IpsoDeviceOptions> configure) { }
        public static Ipso.Hosting.IpsoDeviceBuilder AddIpsoDevice(this Microsoft.Extensions.DependencyInjection.IServiceCollection services, Microsoft.Extensions.Configuration.IConfiguration section, System.Action<Ipso.Hosting.IpsoDeviceOptions>? configure = null) { }
        public static Ipso.Hosting.IpsoDeviceBuilder AddIpsoDevice(this Microsoft.Extensions.DependencyInjection.IServiceCollection services, string name, System.Action<Ipso.Hosting.IpsoDeviceOptions> configure) { }
        public static Ipso.Hosting.IpsoDeviceBuilder AddIpsoDevice(this Microsoft.Extensions.DependencyInjection.IServiceCollection services, string name, Microsoft.Extensions.Configuration.IConfiguration section, System.Action<Ipso.Hosting.IpsoDeviceOptions>? configure = null) { }
    }
    public sealed class IpsoOscoreOptions
    {
        public IpsoOscoreOptions() { }
        public Ipso.Coap.Oscore.AeadAlgorithm? Aead { get; set; }
        public Ipso.Coap.Oscore.HmacAlgorithm? Hmac { get; set; }
        public string? IdContext { get; set; }
        public Ipso.Net.Security.KeyEncoding? KeyEncoding { get; set; }
        public string? MasterSalt { get; set; }
        public string? MasterSaltFile { get; set; }
        public string? MasterSecret { get; set; }
        public string? MasterSecretFile { get; set; }
        public string? RecipientId { get; set; }
        public string? SenderId { get; set; }
    }
    public sealed class IpsoSecurityOptions
    {
        public IpsoSecurityOptions() { }
        public string? CertificateFile { get; set; }
        public string? Identity { get; set; }
        public string? Key { get; set; }
        public Ipso.Net.Security.KeyEncoding? KeyEncoding { get; set; }
        public string? KeyFile { get; set; }
        public string? Password { get; set; }
        public string? PrivateKeyFile { get; set; }
        public string? ServerCertificateFile { get; set; }
        public string? ServerName { get; set; }
        public Ipso.Coap.Engine.CertificateUsage? Usage { get; set; }
    }
    public sealed class IpsoServerOptions
    {
        public IpsoServerOptions() { }
        public bool AsksFromAnyPort { get; set; }
        public string? Binding { get; set; }
        public bool? BlocksOnFailure { get; set; }
        public bool? BootstrapsOnFailure { get; set; }
        public System.TimeSpan? DefaultMaximumPeriod { get; set; }
        public System.TimeSpan? DefaultMinimumPeriod { get; set; }
        public System.TimeSpan? DisableTimeout { get; set; }
        public System.TimeSpan? InitialDelay { get; set; }
        public System.TimeSpan? Lifetime { get; set; }
        public bool? MutesSend { get; set; }
        public Ipso.Hosting.IpsoOscoreOptions? Oscore { get; set; }
        public int? PriorityOrder { get; set; }
        public int? RetryCount { get; set; }
        public System.TimeSpan? RetryTimer { get; set; }
        public Ipso.Hosting.IpsoSecurityOptions? Security { get; set; }
        public int? SequenceCount { get; set; }
        public System.TimeSpan? SequenceDelay { get; set; }
        public int? ShortServerId { get; set; }
        public bool? StoresNotifications { get; set; }
        public string? Uri { get; set; }
    }
}
