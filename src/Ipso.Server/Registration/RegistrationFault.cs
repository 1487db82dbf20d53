using Ipso.Coap;

namespace Ipso.Server.Registration;

/// <summary>Why a Register, Update or De-register is refused.</summary>
/// <param name="Code">The code of the answer (LwM2M TS Transport, 6.7).</param>
/// <param name="Reason">A sentence for the diagnostic payload and for events.</param>
public readonly record struct RegistrationFault(CoapCode Code, string Reason)
{
    internal static RegistrationFault BadRequest(string reason) => new(CoapCode.BadRequest, reason);

    /// <summary>Code and reason.</summary>
    public override string ToString() => $"{Code}: {Reason}";
}
