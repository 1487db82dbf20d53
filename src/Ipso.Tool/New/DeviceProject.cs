using System.Reflection;
using System.Text;
using Ipso.Generator.Naming;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Keeping;
using Ipso.Tool.Storage;

namespace Ipso.Tool.New;

/// <summary>The project of a device.</summary>
/// <param name="name">Its name.</param>
/// <param name="objects">Its objects, by id.</param>
/// <param name="pinned">Those whose version was asked for, so that an update leaves it.</param>
/// <param name="source">Where their definitions come from, for the lock file.</param>
internal sealed class DeviceProject(string name, IReadOnlyList<DefinedObject> objects, IReadOnlySet<ushort> pinned, string source)
{
    // What the runtime's device is made of: accounts, rights and keys; and Device, which the program attaches.
    private static readonly ushort[] s_ofEveryDevice = [0, 1, 2, 3, 21];

    // More of them nobody reads in a sentence.
    private const int Few = 5;

    /// <summary>What it has, in words.</summary>
    public string Contents => Words([.. objects.Select(static one => one.Definition.Name)]);

    /// <summary>Whether an object is there without being asked for.</summary>
    public static bool IsOfEveryDevice(ushort id) => s_ofEveryDevice.Contains(id);

    /// <summary>Several objects in a sentence.</summary>
    public static string Words(string[] names) =>
        names.Length > Few ? $"{names.Length} objects"
        : names.Length < 2 ? string.Concat(names)
        : $"{string.Join(", ", names[..^1])} and {names[^1]}";

    /// <summary>Writes it into a folder that is empty or not there: all of it, or nothing.</summary>
    /// <exception cref="Fault">There is something in the folder, or it cannot be written.</exception>
    public void Write(string folder)
    {
        DemandEmpty(folder);
        using FolderTransaction transaction = FolderTransaction.Begin(folder);
        transaction.Write($"{name}.csproj", Encoding.UTF8.GetBytes(ProjectFile()));
        transaction.Write("Program.cs", Encoding.UTF8.GetBytes(new DeviceProgram(name, Named()).Text));
        foreach (DefinedObject item in objects)
        {
            transaction.Write(Definition(item.Definition.Id + ".xml"), item.File.Content);
        }

        LockFile locked = new LockFile(new Dictionary<ushort, LockedObject>())
            .With(objects.Select(item => AddCommand.Locked(item, source, pinned.Contains(item.Definition.Id))), []);
        transaction.Write(Definition(LockFile.FileName), locked.ToBytes());
        transaction.Commit();
    }

    private static string Definition(string file) => Path.Combine(CommonOptions.DefaultFolder, file);

    private static void DemandEmpty(string folder)
    {
        if (File.Exists(folder))
        {
            throw Fault.Usage($"'{folder}' is a file; a folder is wanted that is empty or not there");
        }

        FolderTransaction.Finish(folder);
        try
        {
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(static path => !FolderTransaction.IsOwn(path)))
            {
                throw Fault.Usage($"'{folder}' is not empty, and nothing in it is written over; name another folder");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault.Disk($"'{folder}' cannot be read", e);
        }
    }

    // As the generator will name them, side by side in one project.
    private NamedObject[] Named()
    {
        NameTable names = NameTable.Build([.. objects.Select(static one => one.Source.Key)]);
        return [.. objects.Select(one => names.Name(one.Source)).OfType<NamedObject>()];
    }

    private static string ProjectFile() => $"""
        <Project Sdk="Microsoft.NET.Sdk">

          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>

          <ItemGroup>
            <PackageReference Include="Ipso" Version="{Version()}" />
            <!-- Each definition is a class of the namespace Ipso.Objects; 'ipso registry add' brings more of them. -->
            <IpsoObject Include="{CommonOptions.DefaultFolder}/*.xml" />
          </ItemGroup>

        </Project>

        """.ReplaceLineEndings("\n");

    // Tool and package are of one build; what is behind a plus says only of which commit.
    private static string Version() =>
        typeof(DeviceProject).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
