using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Ipso.Generator.Tests.Support;

/// <summary>What MSBuild tells the compiler: <c>build_property.*</c> for all, <c>build_metadata.*</c> per file.</summary>
internal sealed class Options(params (string Key, string Value)[] global) : AnalyzerConfigOptionsProvider
{
    private readonly Dictionary<string, (string Key, string Value)[]> _files = [];

    public override AnalyzerConfigOptions GlobalOptions { get; } =
        new Values([.. global.Select(pair => ("build_property." + pair.Key, pair.Value))]);

    public Options ForFile(string path, params (string Key, string Value)[] metadata)
    {
        _files[path] = [.. metadata.Select(pair => ("build_metadata.AdditionalFiles." + pair.Key, pair.Value))];
        return this;
    }

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Values([]);

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Values(_files.GetValueOrDefault(textFile.Path) ?? []);

    private sealed class Values((string Key, string Value)[] pairs) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = pairs.FirstOrDefault(pair => pair.Key == key).Value;
            return value is not null;
        }
    }
}
