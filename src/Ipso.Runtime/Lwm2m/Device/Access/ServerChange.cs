namespace Ipso.Lwm2m.Device;

/// <summary>What a server has done to the objects.</summary>
public enum ServerChangeKind : byte
{
    /// <summary>It has created an Object Instance.</summary>
    Created,

    /// <summary>
    /// It has deleted an Object Instance, or a Resource Instance; or its account is gone, and with it what only it could access.
    /// </summary>
    Deleted,

    /// <summary>It has written, be it the values that were there.</summary>
    Written,
}

/// <summary>A change that a server has made, after it was made.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Path">
/// To what: an Object Instance that was created or deleted; what a Write was for, from an Object Instance to a Resource Instance, and each
/// Object Instance that a Write-Composite has named.
/// </param>
/// <param name="ShortServerId">
/// Whose it is; <see langword="null"/> where the device has no accounts, and everybody manages it; 65535 for the Bootstrap-Server, whose
/// changes are told when it has finished.
/// </param>
public readonly record struct ServerChange(ServerChangeKind Kind, Lwm2mPath Path, ushort? ShortServerId)
{
    /// <summary>One line for a log: <c>server 1 has created /3311/2</c>.</summary>
    public override string ToString() =>
        $"{(ShortServerId is not { } id ? "somebody" : id == Lwm2mPath.MaxId ? "the Bootstrap-Server" : $"server {id}")} has {Kind switch
        {
            ServerChangeKind.Created => "created",
            ServerChangeKind.Deleted => "deleted",
            _ => "written",
        }} {Path}";
}
