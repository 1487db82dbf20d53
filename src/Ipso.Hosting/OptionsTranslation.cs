using System.Text;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Microsoft.Extensions.Options;

namespace Ipso.Hosting;

/// <summary>Makes a device's options of what was configured, or says all that is wrong with it.</summary>
internal static class OptionsTranslation
{
    // A Uri-Query has at most 255 bytes (RFC 7252, 5.10), three of which are "ep=".
    private const int MaxEndpointBytes = 252;

    private const string Seconds = "write whole seconds, 00:00:00 to 24855.03:14:07";
    private const string Delay = "write a second to a day, 00:00:01 to 1.00:00:00";
    private const string HowToWriteUri = "write coap://host or coaps://host, perhaps with :port";

    /// <summary>Makes them.</summary>
    /// <param name="name">The device's name.</param>
    /// <param name="options">What was configured.</param>
    /// <exception cref="OptionsValidationException">Something makes no sense; all that does not is said.</exception>
    internal static DeviceOptions Translate(string name, IpsoDeviceOptions options)
    {
        List<string> faults = [.. options.Faults];
        FaultList here = new(faults, options.Path, CodeName(name));
        DeviceOptions device = Own(options, here);
        OscoreTranslation oscore = new();
        if (options.Server is { } first)
        {
            device = device with { Server = Translate(first, new(faults, first.Path, here.Place(nameof(options.Server))), oscore) };
        }

        for (int i = 0; i < options.Servers.Count; i++)
        {
            IpsoServerOptions further = options.Servers[i];
            if (Translate(further, new(faults, further.Path, $"{here.Place(nameof(options.Servers))}[{i}]"), oscore) is { } server)
            {
                device = device with { Servers = device.Servers.Add(server) };
            }
        }

        if (options.BootstrapServer is { } bootstrap)
        {
            device = Bootstrapping(device, bootstrap, new(faults, bootstrap.Path, here.Place(nameof(options.BootstrapServer))), oscore);
        }

        // What else is wrong would only follow from the faults that there are.
        Throw(name, faults);
        device = options.Adjust?.Invoke(device) ?? device;
        CheckWhole(device, options, here);
        Throw(name, faults);
        return device;
    }

    /// <summary>Whether there are servers with keys of OSCORE.</summary>
    internal static bool NeedsProtection(DeviceOptions device) =>
        device.Server?.Oscore is not null || device.BootstrapServer?.Oscore is not null || device.Servers.Any(static server => server.Oscore is not null);

    internal static OptionsValidationException Exception(string name, params IEnumerable<string> faults) =>
        new(name, typeof(IpsoDeviceOptions), faults);

    /// <summary>What options are called that only code has set.</summary>
    internal static string CodeName(string name) =>
        name.Length == 0 ? nameof(IpsoDeviceOptions) : $"{nameof(IpsoDeviceOptions)}(\"{name}\")";

    private static void Throw(string name, List<string> faults)
    {
        if (faults.Count > 0)
        {
            throw Exception(name, faults);
        }
    }

    private static DeviceOptions Own(IpsoDeviceOptions options, FaultList faults)
    {
        DeviceOptions device = new() { Endpoint = options.Endpoint, QueueMode = options.QueueMode };
        device = faults.Set(device, nameof(options.AwakeTime), options.AwakeTime, static (o, v) => o with { AwakeTime = v },
            "write a second or more, for example 00:01:33");
        device = faults.Set(device, nameof(options.StartSpread), options.StartSpread, static (o, v) => o with { StartSpread = v },
            "write zero to a day, for example 00:10:00");
        device = faults.Set(device, nameof(options.StopTimeout), options.StopTimeout, static (o, v) => o with { StopTimeout = v },
            "write zero to an hour, for example 00:00:05");
        if (options.AlternatePath is { Length: > 0 } path)
        {
            device = device with { AlternatePath = path };
        }

        switch (options.Version)
        {
            case null or "":
                return device;
            case "1.0" or "1.1" or "1.2":
                return device with { Version = new(1, (byte)(options.Version[2] - '0')) };
            default:
                faults.Add(nameof(options.Version), $"'{options.Version}' is no version that a device speaks: write 1.0, 1.1 or 1.2");
                return device;
        }
    }

    private static ServerOptions? Translate(IpsoServerOptions from, FaultList faults, OscoreTranslation oscore)
    {
        // With a stand-in the other values are judged, too.
        ServerOptions server = Try(from.Uri, static uri => new ServerOptions(uri), faults) ?? new("coap://unknown.invalid");
        server = server with { StoresNotifications = from.StoresNotifications ?? true, AsksFromAnyPort = from.AsksFromAnyPort };
        server = server with
        {
            BlocksOnFailure = from.BlocksOnFailure, BootstrapsOnFailure = from.BootstrapsOnFailure, MutesSend = from.MutesSend,
        };
        if (from.Security is { } security)
        {
            server = server with { Security = SecurityTranslation.Translate(security, faults.Below(security.Path, nameof(from.Security))) };
        }

        if (from.Oscore is { } protection)
        {
            server = server with { Oscore = oscore.Translate(protection, faults.Below(protection.Path, nameof(from.Oscore))) };
        }

        server = faults.Set(server, nameof(from.ShortServerId), from.ShortServerId,
            static (o, v) => o with { ShortServerId = checked((ushort)v) }, "write 1 to 65534");
        server = faults.Set(server, nameof(from.Lifetime), from.Lifetime, static (o, v) => o with { Lifetime = v }, Seconds);
        server = faults.Set(server, nameof(from.DefaultMinimumPeriod), from.DefaultMinimumPeriod,
            static (o, v) => o with { DefaultMinimumPeriod = v }, Seconds);
        server = faults.Set(server, nameof(from.DefaultMaximumPeriod), from.DefaultMaximumPeriod,
            static (o, v) => o with { DefaultMaximumPeriod = v }, Seconds);
        server = faults.Set(server, nameof(from.DisableTimeout), from.DisableTimeout, static (o, v) => o with { DisableTimeout = v }, Seconds);
        server = faults.Set(server, nameof(from.InitialDelay), from.InitialDelay, static (o, v) => o with { InitialDelay = v }, Seconds);
        server = faults.Set(server, nameof(from.RetryTimer), from.RetryTimer, static (o, v) => o with { RetryTimer = v }, Seconds);
        server = faults.Set(server, nameof(from.SequenceDelay), from.SequenceDelay, static (o, v) => o with { SequenceDelay = v }, Seconds);
        server = faults.Set(server, nameof(from.PriorityOrder), from.PriorityOrder,
            static (o, v) => o with { PriorityOrder = checked((uint)v) }, "write 0 or more");
        server = faults.Set(server, nameof(from.RetryCount), from.RetryCount, static (o, v) => o with { RetryCount = FromOne(v) }, "write 1 or more");
        server = faults.Set(server, nameof(from.SequenceCount), from.SequenceCount,
            static (o, v) => o with { SequenceCount = FromOne(v) }, "write 1 or more");
        if (from.Binding is { Length: > 0 } binding)
        {
            try
            {
                server = server with { Binding = binding };
            }
            catch (ArgumentException)
            {
                faults.Add(nameof(from.Binding), $"'{binding}' is no Binding: write each letter once, out of U M H T S N, for example U or UQ");
            }
        }

        return server;
    }

    private static DeviceOptions Bootstrapping(
        DeviceOptions device, IpsoBootstrapServerOptions from, FaultList faults, OscoreTranslation oscore)
    {
        BootstrapServerOptions server = Try(from.Uri, static uri => new BootstrapServerOptions(uri), faults) ?? new("coap://unknown.invalid");
        if (from.Security is { } security)
        {
            server = server with { Security = SecurityTranslation.Translate(security, faults.Below(security.Path, nameof(from.Security))) };
        }

        if (from.Oscore is { } protection)
        {
            server = server with { Oscore = oscore.Translate(protection, faults.Below(protection.Path, nameof(from.Oscore))) };
        }

        server = faults.Set(server, nameof(from.HoldOff), from.HoldOff, static (o, v) => o with { HoldOff = v }, Seconds);
        server = faults.Set(server, nameof(from.AccountTimeout), from.AccountTimeout, static (o, v) => o with { AccountTimeout = v }, Seconds);
        BootstrapOptions how = device.Bootstrap with { AsksForPack = from.AsksForPack ?? true, AsksFromAnyPort = from.AsksFromAnyPort };
        how = faults.Set(how, nameof(from.RetryDelay), from.RetryDelay, static (o, v) => o with { RetryDelay = v }, Delay);
        how = faults.Set(how, nameof(from.MaxRetryDelay), from.MaxRetryDelay, static (o, v) => o with { MaxRetryDelay = v }, Delay);
        return device with { BootstrapServer = server, Bootstrap = how };
    }

    private static T? Try<T>(string? uri, Func<string, T> make, FaultList faults)
        where T : class
    {
        const string key = nameof(IpsoServerOptions.Uri);
        if (string.IsNullOrEmpty(uri))
        {
            faults.Add(key, $"there is none: {HowToWriteUri}");
            return null;
        }

        try
        {
            return make(uri);
        }
        catch (UriFormatException e)
        {
            faults.Add(key, $"{e.Message.TrimEnd('.')}: {HowToWriteUri}");
            return null;
        }
    }

    private static uint FromOne(int value) => value > 0 ? (uint)value : throw new ArgumentOutOfRangeException(nameof(value));

    // What only shows when all is put together.
    private static void CheckWhole(DeviceOptions device, IpsoDeviceOptions options, FaultList faults)
    {
        if (device is { Server: null, Servers.Length: 0, BootstrapServer: null, FactoryBootstrap: null })
        {
            string server = faults.Place(nameof(options.Server));
            string uri = options.Path is null ? $"{server} = new() {{ Uri = \"coap://host\" }}" : $"{server}:Uri";
            faults.Add(
                nameof(options.Server),
                $"the device has no server: write {uri}, or a Uri below {faults.Place(nameof(options.BootstrapServer))}");
            return;
        }

        bool isProtected = device.Protection is not null || NeedsProtection(device);
        if (isProtected && device.Storage is null && string.IsNullOrEmpty(options.StorageFolder))
        {
            faults.Add(
                nameof(options.StorageFolder),
                "there is none, and how far keys of OSCORE were used must be known after a restart: write the path of a folder");
        }

        int length = Encoding.UTF8.GetByteCount(device.Endpoint ?? "");
        if (length is 0 or > MaxEndpointBytes)
        {
            faults.Add(
                nameof(options.Endpoint),
                length == 0
                    ? "a device that registers has a name: write one, for example urn:dev:mac:0024befffe804ff1"
                    : $"the name has {length} bytes, and a Register has room for {MaxEndpointBytes}: write a shorter one");
            return;
        }

        // Nothing is stored of this one, and nothing of it goes out. What protects the device belongs to one device, so that this has another.
        using OscoreAccounts? protection = isProtected ? new() : null;
        try
        {
            _ = new DeviceEndpoint(
                new NoRandom(), device with { Storage = isProtected ? new NoStorage() : null, Protection = protection });
        }
        catch (ArgumentException e)
        {
            faults.Add(nameof(options.Servers), FaultList.Say(e));
        }
    }

    private sealed class NoStorage : IStateStorage
    {
        public ReadOnlyMemory<byte> Read(int slot) => default;

        public void Write(int slot, ReadOnlySpan<byte> content)
        {
        }
    }

    private sealed class NoRandom : IRandomSource
    {
        public uint NextUInt32() => 0;

        public void Fill(Span<byte> destination) => destination.Clear();
    }
}
