using System;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Emit;
using Ipso.Generator.Naming;
using Ipso.Generator.Project;
using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator;

/// <summary>Turns the LwM2M object definitions among a project's AdditionalFiles into typed C# objects.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class IpsoGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, _) => (File: pair.Left, Options: ItemOptions.Read(pair.Right, pair.Left)))
            .WithTrackingName(TrackingNames.Files);

        var parsed = files
            .Select(static (pair, cancel) => RegistryReader.Read(pair.File, pair.Options, cancel))
            .WithTrackingName(TrackingNames.Parsed);

        var objects = parsed
            .SelectMany(static (file, _) => file.Objects)
            .WithTrackingName(TrackingNames.Models);

        // Names are decided in one place: two sources of one hint name would cost the user all output.
        var names = objects
            .Select(static (item, _) => item.Key)
            .Collect()
            .Select(static (keys, _) => NameTable.Build(keys))
            .WithTrackingName(TrackingNames.Names);

        var named = objects
            .Combine(names)
            .Select(static (pair, _) => pair.Right.Name(pair.Left))
            .Where(static item => item is not null)
            .WithTrackingName(TrackingNames.Objects);

        var doubled = objects
            .Collect()
            .Combine(names)
            .SelectMany(static (pair, _) => pair.Right.NameDoubled(pair.Left));

        context.RegisterSourceOutput(named, static (output, item) => ObjectSource.Add(output, item!));
        context.RegisterSourceOutput(doubled, static (output, item) => ObjectSource.Add(output, item));

        // Places travel with the faults only, so that moving a line in the XML re-emits nothing.
        var optionFaults = context.AnalyzerConfigOptionsProvider
            .Select(static (provider, _) => ProjectOptions.Faults(provider.GlobalOptions))
            .WithTrackingName(TrackingNames.OptionFaults);

        var faults = parsed
            .Select(static (file, _) => file.Faults)
            .WithTrackingName(TrackingNames.Faults);

        var nameFaults = parsed
            .SelectMany(static (file, _) => file.Claims)
            .Collect()
            .Select(static (claims, _) => NameConflicts.Find(claims))
            .WithTrackingName(TrackingNames.NameFaults);

        context.RegisterSourceOutput(optionFaults, static (output, items) => items.Report(output));
        context.RegisterSourceOutput(faults, static (output, items) => items.Report(output));
        context.RegisterSourceOutput(nameFaults, static (output, items) => items.Report(output));
    }
}
