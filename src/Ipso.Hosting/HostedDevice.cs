using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Net.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ipso.Hosting;

/// <summary>A device as the services of a host have it: once, with its storage and its log.</summary>
internal sealed class HostedDevice : IAsyncDisposable
{
    private readonly FileStateStorage? _files;
    private readonly WatchedStorage? _storage;
    private readonly OscoreAccounts? _oscore;

    /// <summary>Makes the device of its options. It has no objects yet, and does not run.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="name">The device's name; empty for the one without.</param>
    /// <exception cref="OptionsValidationException">The options make no sense, or the folder cannot be used.</exception>
    internal HostedDevice(IServiceProvider services, string name)
    {
        Name = name;
        Logger = CreateLogger(services, name);
        Options = services.GetRequiredService<IOptionsMonitor<IpsoDeviceOptions>>().Get(name);
        DeviceOptions options = OptionsTranslation.Translate(name, Options);
        _files = OpenFolder();
        if ((_files ?? options.Storage) is { } storage)
        {
            options = options with { Storage = _storage = new(storage, Logger) };
        }

        // What the program has brought is its own.
        if (options.Protection is null && OptionsTranslation.NeedsProtection(options))
        {
            options = options with { Protection = _oscore = new() };
        }

        try
        {
            // A program with a host has the platform's timers anyway.
            Device = new(options, services.GetService<TimeProvider>() ?? TimeProvider.System)
            {
                Security = services.GetKeyedService<DatagramSecurity>(name) ?? DatagramSecurity.NoSec,
                Tcp = Options.UsesTcp ? new() : null,
            };
        }
        catch
        {
            _oscore?.Dispose();
            _files?.Dispose();
            throw;
        }
    }

    internal string Name { get; }

    internal IpsoDeviceOptions Options { get; }

    internal ILogger Logger { get; }

    internal Lwm2mDevice Device { get; }

    /// <summary>What is wrong with the storage: what was found when the device was made, or why it cannot be written now.</summary>
    internal string? StorageFault => _storage?.Fault ?? Device.StorageFault;

    public async ValueTask DisposeAsync()
    {
        await Device.DisposeAsync().ConfigureAwait(false);
        _oscore?.Dispose();
        _files?.Dispose();
    }

    private static ILogger CreateLogger(IServiceProvider services, string name)
    {
        string category = typeof(Lwm2mDevice).FullName!;
        ILoggerFactory factory = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        return factory.CreateLogger(name.Length == 0 ? category : $"{category}.{name}");
    }

    private FileStateStorage? OpenFolder()
    {
        if (string.IsNullOrEmpty(Options.StorageFolder))
        {
            return null;
        }

        try
        {
            return new(Options.StorageFolder);
        }
        catch (StateStorageException e)
        {
            FaultList place = new([], Options.Path, OptionsTranslation.CodeName(Name));
            throw OptionsTranslation.Exception(Name, $"{place.Place(nameof(Options.StorageFolder))}: {e.Message}");
        }
    }
}
