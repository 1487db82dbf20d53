namespace Ipso.Lwm2m.Device;

/// <summary>What a bootstrap has done.</summary>
/// <param name="Changes">What was deleted, created and written.</param>
/// <param name="Rewritten">The Object Instances that were deleted and are there again.</param>
internal sealed record BootstrapResult(IReadOnlyList<(ServerChangeKind Kind, Lwm2mPath Path)> Changes, IReadOnlyList<Lwm2mPath> Rewritten);
