namespace System.Runtime.CompilerServices;

// netstandard2.0 lacks it, and records need it.
internal static class IsExternalInit;
