namespace Ipso.Testing.Tests.Simulation;

/// <summary>What is wrong with the servers of a run, to see that it is found.</summary>
internal enum SimulatedLie
{
    None,

    /// <summary>A byte of a response is another.</summary>
    WrongByte,

    /// <summary>A response is a byte short.</summary>
    Short,

    /// <summary>Two representations are mixed: the first bytes are those of another.</summary>
    Mixed,

    /// <summary>A request body is a byte short.</summary>
    ShortRequest,

    /// <summary>A request body is taken twice.</summary>
    Twice,

    /// <summary>A request body is not taken, and the response says that it was.</summary>
    Lost,
}
