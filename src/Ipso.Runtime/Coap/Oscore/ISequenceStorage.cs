namespace Ipso.Coap.Oscore;

/// <summary>
/// Where a security context puts down how far its sequence numbers may have been used, so that none is used twice after a restart
/// (RFC 8613, 7.2.1 and Appendix B.1.1). It is asked once in <see cref="SecurityContextKeys.ReserveNumbers"/> messages.
/// </summary>
public interface ISequenceStorage
{
    /// <summary>Stores a number durably before it returns.</summary>
    /// <param name="next">
    /// What <see cref="SecurityContextKeys.SequenceNumber"/> is to be when the context is made again: all numbers below may have been used.
    /// </param>
    /// <returns>False if it could not be stored: nothing is sent then.</returns>
    bool TryStore(ulong next);
}
