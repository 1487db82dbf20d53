using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>The attributes as one server sees them: its own (LwM2M TS Core, 6.3.2).</summary>
internal sealed class ServerAttributes(AttributeTable table) : INotificationAttributes
{
    /// <summary>The server's Short Server ID.</summary>
    internal ushort Server { get; set; }

    /// <inheritdoc/>
    public NotificationAttributes AssignedTo(Lwm2mPath path) => table.Get(Server, path);
}
