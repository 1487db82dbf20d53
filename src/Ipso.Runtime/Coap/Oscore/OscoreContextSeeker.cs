namespace Ipso.Coap.Oscore;

/// <summary>
/// Asks for the context of a request that none is there for: it may be kept where it has to be fetched from. Called while the request is being taken
/// in; must not block, nor call the table.
/// </summary>
/// <param name="kid">The kid of the request, which is no proof of anything.</param>
/// <param name="kidContext">Its kid context; empty for none.</param>
/// <returns>Whether the context is being fetched. The request then counts as lost, and is repeated; over a connection it waits, and is asked about
/// once a second. False has it answered with 4.01.</returns>
public delegate bool OscoreContextSeeker(ReadOnlySpan<byte> kid, ReadOnlySpan<byte> kidContext);
