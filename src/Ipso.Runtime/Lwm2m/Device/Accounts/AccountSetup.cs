using System.Text;
using Ipso.Buffers;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>Makes accounts of what a program says of its servers.</summary>
internal static class AccountSetup
{
    // A Uri-Query has at most 255 bytes (RFC 7252, 5.10), three of which are "ep=".
    private const int MaxEndpointBytes = 252;

    // What a Register has besides the endpoint's name, and an Update besides its location.
    internal const int HeadRoom = 128;

    /// <summary>Makes the accounts, and puts their instances into the tree.</summary>
    /// <exception cref="ArgumentException">What is said makes no sense.</exception>
    internal static ServerAccounts Make(DeviceOptions options, ObjectTree objects)
    {
        ServerAccounts accounts = new();
        ServerOptions[] servers = Servers(options);
        if (servers.Length > 0 || options.BootstrapServer is not null)
        {
            CheckEndpoint(
                options,
                isKnownByKeys: Array.TrueForAll(servers, static server => server.Security.Mode != SecurityMode.NoSec || server.Oscore is not null)
                    && options.BootstrapServer is null or { Security.Mode: not SecurityMode.NoSec } or { Oscore: not null });
        }

        if (options.BootstrapServer is { } bootstrapServer)
        {
            _ = ServerUri.TryParse(bootstrapServer.Uri, out ServerUri place, out _);
            CheckSecurity(options, bootstrapServer.Uri, place, bootstrapServer.Security.Mode);
            objects.Add(bootstrapServer.ToSecurity());
            AddKeys(options, objects, 0, bootstrapServer.Oscore);
        }

        ServerUri[] uris = new ServerUri[servers.Length];
        for (int i = 0; i < servers.Length; i++)
        {
            ServerOptions server = servers[i];
            ushort id = IdOf(server, i);
            if (!ServerUri.TryParse(server.Uri, out ServerUri uri, out _) || Array.Exists(uris, other => other == uri))
            {
                throw new ArgumentException(
                    Phrase.Of($"Two servers are at {server.Uri}: their requests could not be told apart."), nameof(options));
            }

            uris[i] = uri;
            if (!uri.IsAddress && uri.Host.Length + Encoding.UTF8.GetByteCount(options.Endpoint!) > options.Coap.MaxMessageSize - HeadRoom)
            {
                throw new ArgumentException(Phrase.Of($"The host of {server.Uri} is too long for a message beside the Endpoint."), nameof(options));
            }

            CheckSecurity(options, server.Uri, uri, server.Security.Mode);
            if (accounts.Has(id))
            {
                throw new ArgumentException(
                    Phrase.Of($"Two servers have the Short Server ID {id}."), nameof(options));
            }

            ServerAccount account = new(server.ToSecurity(id), server.ToServer(id)) { AsksFromAnyPort = server.AsksFromAnyPort };
            accounts.Add(account);
            objects.Add(account.Security);
            objects.Add(account.Server);
            AddKeys(options, objects, id, server.Oscore);
        }

        return accounts;
    }

    /// <summary>Puts the keys of a server into the tree.</summary>
    /// <exception cref="ArgumentException">There is nothing that could use them.</exception>
    internal static void AddKeys(DeviceOptions options, ObjectTree objects, ushort instanceId, OscoreKeys? keys)
    {
        if (keys is null)
        {
            return;
        }

        if (options.Protection is not { } protection)
        {
            throw new ArgumentException("A server with keys of OSCORE needs Protection: new OscoreAccounts().", nameof(options));
        }

        protection.Add(objects, instanceId, keys);
    }

    /// <summary>Makes the accounts of the instances of Security and Server that are in the tree: those that were remembered.</summary>
    /// <exception cref="ArgumentException">The device has no name to register with.</exception>
    internal static ServerAccounts Find(DeviceOptions options, ObjectTree objects)
    {
        ServerAccounts accounts = new();
        foreach (ServerAccount account in Pairs(options, objects))
        {
            if (!accounts.Has(account.ShortServerId))
            {
                accounts.Add(account);
            }
        }

        if (accounts.All.Length > 0 || Bootstrapper.FindAccount(objects) is not null)
        {
            // With which of them it registers without a name it finds out when it does.
            CheckEndpoint(options, isKnownByKeys: true);
        }

        return accounts;
    }

    /// <summary>Makes an account of each instance of Security and the instance of Server that has the same Short Server ID.</summary>
    internal static List<ServerAccount> Pairs(DeviceOptions options, ObjectTree objects)
    {
        List<ServerAccount> pairs = [];
        foreach (ObjectInstance instance in objects.OfObject(0).ToArray())
        {
            foreach (ObjectInstance candidate in objects.OfObject(1).ToArray())
            {
                if (instance is LWM2MSecurity { BootstrapServer: false } security && candidate is LwM2MServer server
                    && security.ShortServerID == server.ShortServerID)
                {
                    pairs.Add(new(security, server) { AsksFromAnyPort = AsksFromAnyPort(options, (ushort)server.ShortServerID) });
                }
            }
        }

        return pairs;
    }

    private static void CheckSecurity(DeviceOptions options, string text, ServerUri uri, SecurityMode mode)
    {
        string? fault = uri.IsSecured == (mode != SecurityMode.NoSec) ? null
            : uri.IsSecured ? "is of a scheme with security: set Security, for example to ServerSecurity.PreSharedKey(identity, key)"
            : $"goes without security, and its Security is {mode}: write coaps://";
        if (fault is not null)
        {
            throw new ArgumentException(Phrase.Of($"{text} {fault}."), nameof(options));
        }
    }

    private static ServerOptions[] Servers(DeviceOptions options) =>
        options.Server is { } first ? [first, .. options.Servers] : [.. options.Servers];

    private static ushort IdOf(ServerOptions server, int place) => server.ShortServerId ?? (ushort)(place + 1);

    // No object has a resource for it: the program says it each time.
    private static bool AsksFromAnyPort(DeviceOptions options, ushort shortServerId)
    {
        ServerOptions[] servers = Servers(options);
        bool asks = false;
        for (int i = 0; i < servers.Length; i++)
        {
            asks |= servers[i].AsksFromAnyPort && IdOf(servers[i], i) == shortServerId;
        }

        return asks;
    }

    // Servers that have proved who the device is need no other name of it (LwM2M TS Core, 6.2.1.1).
    private static void CheckEndpoint(DeviceOptions options, bool isKnownByKeys)
    {
        if (string.IsNullOrEmpty(options.Endpoint))
        {
            if (isKnownByKeys)
            {
                return;
            }

            throw new ArgumentException(
                "A device that registers has a name: set Endpoint, for example to \"urn:dev:mac:0024befffe804ff1\".", nameof(options));
        }

        int length = Encoding.UTF8.GetByteCount(options.Endpoint);
        if (length > Math.Min(MaxEndpointBytes, options.Coap.MaxMessageSize - HeadRoom))
        {
            throw new ArgumentException(
                Phrase.Of($"The Endpoint has {length} bytes, and a Register has no room for them."),
                nameof(options));
        }
    }
}
