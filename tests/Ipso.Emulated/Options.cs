using Xunit.Abstractions;

namespace Ipso.Emulated;

/// <summary>The test framework's options, none of which is set.</summary>
internal sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
{
    public TValue GetValue<TValue>(string name) => default!;

    public void SetValue<TValue>(string name, TValue value) => throw new NotSupportedException(name);
}
