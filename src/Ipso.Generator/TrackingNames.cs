namespace Ipso.Generator;

/// <summary>The names of the pipeline's steps, by which tests ask what was recomputed and why.</summary>
internal static class TrackingNames
{
    /// <summary>A file with the options that hold for it; the last step that sees the file itself.</summary>
    public const string Files = nameof(Files);

    /// <summary>What a file says: objects, and faults with their places.</summary>
    public const string Parsed = nameof(Parsed);

    /// <summary>The faults of a file.</summary>
    public const string Faults = nameof(Faults);

    /// <summary>One object definition, free of places: an edited comment stops here.</summary>
    public const string Models = nameof(Models);

    /// <summary>The types' names, decided over all files.</summary>
    public const string Names = nameof(Names);

    /// <summary>What deciding the names brought to light.</summary>
    public const string NameFaults = nameof(NameFaults);

    /// <summary>Faults of the project's properties.</summary>
    public const string OptionFaults = nameof(OptionFaults);

    /// <summary>A definition with its names: all that one source needs.</summary>
    public const string Objects = nameof(Objects);
}
