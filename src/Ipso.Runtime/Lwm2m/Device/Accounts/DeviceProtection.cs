using System.Diagnostics.CodeAnalysis;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Protection of the messages between a device and the servers whose accounts ask for it (0/x/17): <see cref="OscoreAccounts"/>. It
/// belongs to one device.
/// </summary>
public abstract class DeviceProtection
{
    private protected DeviceProtection()
    {
    }

    /// <summary>What the engine protects messages by.</summary>
    internal abstract MessageProtection Messages { get; }

    /// <summary>The class of the object that has the keys.</summary>
    internal abstract InstanceFactory Keys { get; }

    /// <summary>Stores all that the device is to remember, now.</summary>
    internal Func<bool>? StoreNow { get; set; }

    /// <summary>Makes the object known to a device.</summary>
    /// <exception cref="InvalidOperationException">It belongs to another device.</exception>
    internal abstract void AttachTo(ObjectTree objects);

    /// <summary>Adds the keys of an account that the program has named.</summary>
    internal abstract void Add(ObjectTree objects, ushort instanceId, OscoreKeys keys);

    /// <summary>Has an account's messages protected from here on.</summary>
    /// <param name="objects">Where its keys are.</param>
    /// <param name="security">The account, which links to them.</param>
    /// <param name="peer">Where its server is.</param>
    /// <param name="fault">Why they cannot be used, in words.</param>
    internal abstract bool TryBind(ObjectTree objects, LWM2MSecurity security, in PeerId peer, [NotNullWhen(false)] out string? fault);

    /// <summary>Accounts and keys may have changed: those that are gone are forgotten, and others are taken as they are now.</summary>
    /// <param name="objects">Where they are.</param>
    /// <param name="isLeft">Whether an account that is gone still has something to say.</param>
    internal abstract void Renew(ObjectTree objects, Func<LWM2MSecurity, bool> isLeft);

    /// <summary>Writes what is to be remembered besides the keys, a section at a time.</summary>
    internal abstract void WriteTo(StateWriter writer, SectionWriter section);

    /// <summary>Takes the sections that were written.</summary>
    /// <param name="sections">Their contents.</param>
    /// <param name="isOld">Whether they may not be those of the newest state: one could not be read.</param>
    internal abstract void Restore(IEnumerable<byte[]> sections, bool isOld);

    /// <summary>What was stored is lost: nobody knows how far keys were used that the program has named.</summary>
    internal abstract void OnLost();

    /// <summary>What an account needs to be talked to: protection, where it asks for it.</summary>
    internal static bool TryProtect(
        DeviceOptions options, ObjectTree objects, LWM2MSecurity security, in PeerId peer, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        if (security.OSCORESecurityMode is null)
        {
            return true;
        }

        if (options.Protection is { } protection)
        {
            return protection.TryBind(objects, security, peer, out fault);
        }

        fault = "the account asks for OSCORE, and the device has none";
        return false;
    }
}
