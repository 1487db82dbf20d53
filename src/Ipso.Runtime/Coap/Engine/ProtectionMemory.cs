namespace Ipso.Coap.Engine;

/// <summary>What an engine keeps for messages that are protected one by one: taken where there is a protection, and else not.</summary>
internal sealed class ProtectionMemory(CoapEndpointOptions options)
{
    // What verified messages may be longer than those that came: the number of a notification, the header of a datagram.
    private const int Room = 16;

    /// <summary>What binds the notifications of an observer, by its index.</summary>
    public MessageBinding[] Observers { get; } = new MessageBinding[options.Observers];

    /// <summary>What binds a response that was put off, by its index.</summary>
    public MessageBinding[] Deferred { get; } = new MessageBinding[options.DeferredResponses];

    /// <summary>Where messages are decrypted.</summary>
    public byte[] Workspace { get; } = new byte[options.MaxMessageSize + Room];

    /// <summary>The message that was verified last.</summary>
    public byte[] Unprotected { get; } = new byte[options.MaxMessageSize + Room];

    /// <summary>The reply that was protected last.</summary>
    public byte[] Protected { get; } = new byte[options.MaxMessageSize];
}
