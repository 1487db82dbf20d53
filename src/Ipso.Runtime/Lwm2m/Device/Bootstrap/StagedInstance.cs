using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>What is to become of an Object Instance when a bootstrap is finished.</summary>
internal sealed class StagedInstance
{
    /// <summary>The device's Object Instance; <see langword="null"/> where there was none.</summary>
    internal ObjectInstance? Live { get; init; }

    /// <summary>
    /// What it is to be; <see langword="null"/> where only the device's own has the values, and writes wait until the end.
    /// </summary>
    internal ObjectInstance? Copy { get; set; }

    /// <summary>Whether it is to go, as things stand.</summary>
    internal bool IsGone { get; set; }

    /// <summary>Whether the Bootstrap-Server has deleted it, be it that it has written it since.</summary>
    internal bool WasDeleted { get; set; }

    /// <summary>Whether the Bootstrap-Server has written it since it was there or was deleted.</summary>
    internal bool IsWritten { get; set; }

    /// <summary>The first of the writes that wait that counts for it: those before came before it was deleted.</summary>
    internal int FirstWrite { get; set; }

    /// <summary>Whether the program has taken it (<see cref="AllowedObject.Creating"/>).</summary>
    internal bool IsTaken { get; set; }
}
