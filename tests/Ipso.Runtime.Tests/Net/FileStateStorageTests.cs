using System.Net;
using System.Text;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Tests.Docs;

namespace Ipso.Tests.Net;

/// <summary>The state of a device in files.</summary>
public sealed class FileStateStorageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipso-state-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Folder => Path.Combine(_folder.FullName, "new", "folder");

    [Fact]
    public void What_was_saved_is_there_when_the_files_are_opened_anew()
    {
        using (FileStateStorage storage = new(Folder))
        {
            StateSlots slots = new(storage);
            Assert.False(slots.TryLoad(out _, out string? fault));
            Assert.Null(fault);
            slots.Save("a longer state"u8);
            slots.Save("another state"u8);
            slots.Save("short"u8);
        }

        Assert.Equal("short", Load(out string? none));
        Assert.Null(none);
    }

    [Fact]
    public void Wherever_a_file_is_cut_off_the_state_before_is_taken()
    {
        using (FileStateStorage storage = new(Folder))
        {
            StateSlots slots = new(storage);
            slots.Save("before"u8);
            slots.Save("after"u8);
        }

        string file = Path.Combine(Folder, "state-1");
        byte[] whole = File.ReadAllBytes(file);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.Equal("before", Load(out string? fault));
            Assert.Equal(length == 0, fault is null);
        }
    }

    [Fact]
    public void A_folder_has_one_device()
    {
        using FileStateStorage storage = new(Folder);
        StateStorageException refused = Assert.Throws<StateStorageException>(() => new FileStateStorage(Folder));
        Assert.Contains($"cannot be kept in '{Folder}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_said()
    {
        string path = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(path, "");
        Assert.Contains(path, Assert.Throws<StateStorageException>(() => new FileStateStorage(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("with\0nothing")]
    [InlineData(null)]
    public void A_path_that_is_none_is_said(string? name)
    {
        string path = Path.Combine(_folder.FullName, name ?? new string('x', 5000));
        string message = Assert.Throws<StateStorageException>(() => new FileStateStorage(path)).Message;
        Assert.Contains($"'{path}'", message, StringComparison.Ordinal);
        Assert.EndsWith("Name a folder that this user may write to and that no other device has.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_the_place_of_a_file_is_said()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "state-1"));
        Assert.Contains(Folder, Assert.Throws<StateStorageException>(() => new FileStateStorage(Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_gone_is_said_when_it_is_written()
    {
        using FileStateStorage storage = new(Folder);
        Directory.Delete(Folder, recursive: true);
        string message = Assert.Throws<StateStorageException>(() => storage.Write(0, [1])).Message;
        Assert.Contains(Path.Combine(Folder, "state-0"), message, StringComparison.Ordinal);
        Assert.Contains("start it again", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_state_by_its_length_is_not_read()
    {
        Directory.CreateDirectory(Folder);
        using (FileStream file = File.Create(Path.Combine(Folder, "state-0")))
        {
            file.SetLength(4L << 30);
        }

        using FileStateStorage storage = new(Folder);
        Assert.Throws<StateStorageException>(() => storage.Read(0));
    }

    [Fact]
    public void A_storage_that_was_disposed_before_the_device_says_so()
    {
        FileStateStorage storage = new(Folder);
        storage.Dispose();
        Assert.Contains(Folder, Assert.Throws<StateStorageException>(() => storage.Write(1, [1])).Message, StringComparison.Ordinal);
        Assert.Throws<StateStorageException>(() => storage.Read(1));
    }

    [Fact]
    public void Only_the_user_of_the_process_can_read_the_files()
    {
        using FileStateStorage storage = new(Folder);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, "state-0")));
        }
    }

    [Fact]
    public async Task The_example_of_the_page_stands_here()
    {
        string folder = Folder;
        for (int i = 0; i < 2; i++)
        {
            using FileStateStorage storage = new(folder);
            await using Lwm2mDevice device = new(new DeviceOptions
            {
                Endpoint = "urn:dev:mac:0024befffe804ff1",
                Server = new("coap://127.0.0.1"),           // for the first start: after that what is stored counts
                Storage = storage,
            });
            if (device.StorageFault is { } fault)
            {
                Console.WriteLine(fault);                   // slot 1: the checksum is wrong
            }

            Assert.Null(device.StorageFault);
            Assert.Equal(i > 0, new FileInfo(Path.Combine(folder, "state-0")).Length > 0);
            await device.StartAsync(new(IPAddress.Loopback, 0));
        }

        DocsPage.AssertStandHere(new DocsPage("device.md", "What a device remembers").Examples()[..1]);
    }

    private string Load(out string? fault)
    {
        using FileStateStorage storage = new(Folder);
        Assert.True(new StateSlots(storage).TryLoad(out ReadOnlyMemory<byte> state, out fault));
        return Encoding.ASCII.GetString(state.Span);
    }
}
