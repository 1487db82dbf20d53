using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// What the protection of messages needs of the device.
public sealed partial class DeviceEndpoint
{
    private static CoapEndpointOptions CoapOf(DeviceOptions options, ObjectTree objects)
    {
        if (options.Protection is not { } protection)
        {
            return options.Coap;
        }

        if (options.Storage is null)
        {
            throw new ArgumentException(
                "Keys must not be used twice from the start: set Storage, where the device remembers how far they were.", nameof(options));
        }

        protection.AttachTo(objects);
        return Protected(options);
    }

    private static CoapEndpointOptions Protected(DeviceOptions options) =>
        options.Protection is { } protection ? options.Coap with { Protection = protection.Messages } : options.Coap;

    private bool StoreNow()
    {
        bool isStored = _memory!.TryStoreNow(_now, out StateStorageException? failure);
        if (failure is not null)
        {
            HandlerFailed?.Invoke(failure);
        }

        return isStored;
    }
}
