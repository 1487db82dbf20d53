namespace Ipso.Tool.Comparison;

/// <summary>One difference between two definitions of an object, in words.</summary>
/// <param name="IsBreaking">Whether a program or a peer that relies on the old definition may fail by the new one.</param>
/// <param name="Resource">The resource that it is about; null for the object itself.</param>
/// <param name="Words">What has changed.</param>
/// <param name="Consequence">What that means in C#; empty where it means nothing there.</param>
internal sealed record Change(bool IsBreaking, ushort? Resource, string Words, string Consequence = "");
