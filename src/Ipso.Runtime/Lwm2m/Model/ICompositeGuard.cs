using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>Is asked before a Write-Composite changes an Object Instance, and told when it has.</summary>
internal interface ICompositeGuard
{
    /// <summary>Whether the server may write to the instance, and if not, why.</summary>
    PayloadFault Judge(ObjectInstance instance);

    /// <summary>The instance was written to.</summary>
    void HasWritten(ObjectInstance instance);
}
