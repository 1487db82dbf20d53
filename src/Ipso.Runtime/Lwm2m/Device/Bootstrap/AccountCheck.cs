using System.Globalization;
using Ipso.Coap;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Whether the accounts in a tree fit together (LwM2M TS Core, 6.1.2): at most one of a Bootstrap-Server; one or more of servers, each an
/// instance of Security and one of Server that have a Short Server ID in common which no other has; and URIs that can be used.
/// </summary>
internal static class AccountCheck
{
    /// <summary>The mode of an account without security (0/x/2).</summary>
    internal const long NoSec = (long)SecurityMode.NoSec;

    /// <summary>What does not fit, in words; <see langword="null"/> where everything does.</summary>
    /// <param name="objects">The tree.</param>
    /// <param name="transport">Says why there is no transport for an account, or what is wrong with its keys, as the rest of a sentence;
    /// <see langword="null"/> where nobody knows.</param>
    /// <param name="needsServer">Whether there has to be an account of a server.</param>
    internal static string? FindFault(ObjectTree objects, Func<LWM2MSecurity, CoapScheme, string?>? transport = null, bool needsServer = true)
    {
        int bootstrapServers = 0, servers = 0;
        HashSet<ServerUri> uris = [];
        HashSet<long> ids = [];
        foreach (ObjectInstance instance in objects.OfObject(0))
        {
            if (instance is not LWM2MSecurity security)
            {
                continue;
            }

            string? fault = FindFault(security, out ServerUri uri) ?? transport?.Invoke(security, uri.Scheme);
            if (fault is null && security.BootstrapServer)
            {
                fault = ++bootstrapServers > 1 ? "is a second account of a Bootstrap-Server" : null;
            }
            else if (fault is null)
            {
                servers++;
                fault = security.ShortServerID is not { } id ? "has no Short Server ID (10)"
                    : !ids.Add(id) ? Text($"has the Short Server ID {id}, as another one has")
                    : !uris.Add(uri) ? $"is at {security.LWM2MServerURI}, as another one is"
                    : CountServers(objects, id) != 1
                        ? Text($"has the Short Server ID {id}, which {CountServers(objects, id)} instances of object 1 have")
                    : null;
            }

            if (fault is not null)
            {
                return Text($"/0/{security.InstanceId} {fault}");
            }
        }

        for (ushort id = 1; id <= AccessControl.ObjectId; id++)
        {
            foreach (ObjectInstance instance in objects.OfObject(id))
            {
                if (StagedTree.FindMissing(instance) is { } missing)
                {
                    return Text($"/{id}/{instance.InstanceId} is without its mandatory resource {missing}");
                }
            }
        }

        return servers == 0 && needsServer ? "there is no server account" : null;
    }

    private static string? FindFault(LWM2MSecurity security, out ServerUri uri)
    {
        uri = default;
        string fault = "";
        return StagedTree.FindMissing(security) is { } missing ? $"is without its mandatory resource {missing}"
            : !ServerUri.TryParse(security.LWM2MServerURI, out uri, out fault) ? $"{fault}: {security.LWM2MServerURI}"
            : FindMismatch(security, uri);
    }

    /// <summary>Whether scheme and mode of an account contradict each other, in words.</summary>
    internal static string? FindMismatch(LWM2MSecurity security, ServerUri uri) =>
        uri.IsSecured
            ? security.SecurityMode == NoSec ? $"has the security mode 3, no security, and {uri.SchemeName} does not go without"
            : security.SecurityMode is >= 0 and < NoSec ? null
            : Text($"has the security mode {security.SecurityMode}, and modes 0, 1 and 2 are supported")
            : security.SecurityMode != NoSec ? Text($"has the security mode {security.SecurityMode}, and {uri.SchemeName} goes without security, mode 3")
            : null;

    private static int CountServers(ObjectTree objects, long shortServerId)
    {
        int count = 0;
        foreach (ObjectInstance instance in objects.OfObject(1))
        {
            count += instance is LwM2MServer server && server.ShortServerID == shortServerId ? 1 : 0;
        }

        return count;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
