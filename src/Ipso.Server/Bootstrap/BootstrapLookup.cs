using Ipso.Server.Stores;

namespace Ipso.Server.Bootstrap;

/// <summary>A device that waits for its store to say what it is to have.</summary>
/// <param name="side">Where it has asked.</param>
/// <param name="request">What it has asked for.</param>
internal sealed class BootstrapLookup(EngineSide side, BootstrapRequest request) : DeferredAnswer(side)
{
    internal BootstrapRequest Request => request;

    /// <summary>Whether the store could not say.</summary>
    internal bool IsFaulted { get; set; }

    /// <summary>What it is to have; <see langword="null"/> where nothing is known.</summary>
    internal BootstrapConfiguration? Configuration { get; set; }
}
