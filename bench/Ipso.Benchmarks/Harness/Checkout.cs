namespace Ipso.Benchmarks.Harness;

/// <summary>The checkout that the program was built in.</summary>
internal static class Checkout
{
    internal static string Root { get; } = Find();

    private static string Find()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ipso.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The checkout is not above the program.");
        }

        return folder;
    }
}
