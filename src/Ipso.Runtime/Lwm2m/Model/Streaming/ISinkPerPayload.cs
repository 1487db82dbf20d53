namespace Ipso.Lwm2m.Model;

/// <summary>A sink that is to tell payloads apart that come at the same time.</summary>
internal interface ISinkPerPayload : IOpaqueSink
{
    /// <summary>The sink for the values of one payload.</summary>
    IOpaqueSink ForPayload();
}
