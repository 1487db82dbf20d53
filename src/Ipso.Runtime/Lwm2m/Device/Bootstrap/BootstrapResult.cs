namespace Ipso.Lwm2m.Device;

/// <summary>What a bootstrap has done.</summary>
/// <param name="Changes">What was deleted, created and written.</param>
/// <param name="Rewritten">The Object Instances that were deleted and are there again.</param>
internal sealed record BootstrapResult(List<(ServerChangeKind Kind, Lwm2mPath Path)> Changes, List<Lwm2mPath> Rewritten);
