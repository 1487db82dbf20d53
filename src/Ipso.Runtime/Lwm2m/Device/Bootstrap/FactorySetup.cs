using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>Makes accounts of what a device has from the factory.</summary>
internal static class FactorySetup
{
    /// <summary>Makes the accounts, and puts their instances into the tree.</summary>
    /// <exception cref="ArgumentException">The pack cannot be read, or its accounts do not fit together.</exception>
    internal static ServerAccounts Make(FactoryBootstrap factory, DeviceOptions options, ObjectTree objects)
    {
        if (options.Server is not null || options.Servers.Length > 0)
        {
            throw new ArgumentException("Servers come from the factory's pack or from Server and Servers, not from both.", nameof(options));
        }

        if (options.BootstrapServer is { } bootstrapServer)
        {
            objects.Add(bootstrapServer.ToSecurity());
            AccountSetup.AddKeys(options, objects, 0, bootstrapServer.Oscore);
        }

        if (!Representation.CanReadComposite(factory.Format))
        {
            throw new ArgumentException($"A pack is in 110, 112 or 11544, not in format {(int)factory.Format}.", nameof(options));
        }

        StagedTree staged = new(objects, options.Bootstrap with { MaxBytes = Math.Max(factory.Pack.Length, options.Bootstrap.MaxBytes) });
        string? fault = FindForeign(factory);
        if (fault is not null || !staged.TryReplace(factory.Format, factory.Pack.Span, out fault)
            || !staged.TryComplete(out fault)
            || (fault = AccountCheck.FindFault(staged.View, transport: null, needsServer: !HasBootstrapServer(staged))) is not null)
        {
            throw new ArgumentException($"The factory's pack is of no use: {fault}.", nameof(options));
        }

        _ = staged.Commit();
        return AccountSetup.Find(options, objects);
    }

    private static bool HasBootstrapServer(StagedTree staged) => Bootstrapper.FindAccount(staged.View) is not null;

    // The program's objects come later.
    private static string? FindForeign(FactoryBootstrap factory)
    {
        RecordReader reader = new(factory.Pack.Span, factory.Format, Lwm2mPath.Root);
        while (reader.Next())
        {
            if (reader.Path.ObjectId > AccessControl.ObjectId)
            {
                return $"{reader.Path} is none of the accounts and rights (objects 0, 1 and 2)";
            }
        }

        return null;
    }
}
