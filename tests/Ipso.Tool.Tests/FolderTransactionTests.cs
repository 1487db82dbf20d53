using Ipso.Tool.CommandLine;
using Ipso.Tool.Storage;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary>Several files of a folder change as one, or none does.</summary>
public sealed class FolderTransactionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public FolderTransactionTests()
    {
        _folder.Write("r/a", "a");
        _folder.Write("r/b", "b");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_committed_is_there_and_nothing_else_is_left()
    {
        using (FolderTransaction transaction = Begin())
        {
            transaction.Write("a", "new"u8);
            transaction.Delete("b");
            transaction.Write("c", "c"u8);
            Assert.Equal(("a", "b"), (_folder.Read("r/a"), _folder.Read("r/b")));
            transaction.Commit();
        }

        Assert.Equal(["a", "c"], _folder.Snapshot("r").Keys);
        Assert.Equal(("new", "c"), (_folder.Read("r/a"), _folder.Read("r/c")));
    }

    [Fact]
    public void What_is_not_committed_has_not_happened()
    {
        var before = _folder.Snapshot();
        using (FolderTransaction transaction = Begin())
        {
            transaction.Write("a", "new"u8);
            transaction.Delete("b");
        }

        Assert.Equal(before, _folder.Snapshot());
        using (FolderTransaction.Begin(_folder["fresh"]))
        {
        }

        Assert.False(Directory.Exists(_folder["fresh"]));
    }

    [Fact]
    public void What_cannot_be_done_to_the_end_is_undone()
    {
        // A folder stands where a file is to be: the rename of the third step fails when two are done.
        Directory.CreateDirectory(_folder["r/c/d"]);
        var before = _folder.Snapshot();
        using (FolderTransaction transaction = Begin())
        {
            transaction.Write("a", "new"u8);
            transaction.Delete("b");
            transaction.Write("c", "c"u8);
            Fault fault = Assert.Throws<Fault>(transaction.Commit);
            Assert.Equal(ExitCode.Disk, fault.Code);
            Assert.Contains("nothing was changed", fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public void Files_may_lie_in_folders_which_come_and_go_with_them()
    {
        using (FolderTransaction transaction = Begin())
        {
            transaction.Write("sub/sub/c", "c"u8);
            transaction.Write("sub/d", "d"u8);
            transaction.Commit();
        }

        Assert.Equal("c", _folder.Read("r/sub/sub/c"));
        var before = _folder.Snapshot();

        // A folder where a file is to go: the renames before it are taken back.
        Directory.CreateDirectory(_folder["r/taken"]);
        using (FolderTransaction transaction = Begin())
        {
            transaction.Write("sub/sub/c", "another"u8);
            transaction.Write("other/other/e", "e"u8);
            transaction.Write("taken", "f"u8);
            Assert.Throws<Fault>(transaction.Commit);
        }

        Assert.Equal(before, _folder.Snapshot());
        Assert.False(Directory.Exists(_folder["r/other"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_killed_within_its_renames_is_finished_by_the_next(int done)
    {
        // As a process leaves it that is killed after some steps: the journal is there, and what has not taken its place.
        _folder.Write("r/.ipso/journal", "put a\nremove b\nput c");
        _folder.Write("r/.ipso/new/c", "c");
        _folder.Write(done > 0 ? "r/a" : "r/.ipso/new/a", "new");
        if (done > 1)
        {
            File.Delete(_folder["r/b"]);
        }

        FolderTransaction.Finish(_folder["r"]);

        Assert.Equal(["a", "c"], _folder.Snapshot("r").Keys);
        Assert.Equal("new", _folder.Read("r/a"));
    }

    [Theory]
    [InlineData("remove ../outside")]
    [InlineData("put sub/../../outside")]
    [InlineData("remove /nothing")]
    [InlineData("remove ")]
    public void A_journal_that_leads_out_of_its_folder_is_not_followed(string step)
    {
        // A folder that somebody has sent, with a journal that is not of our making.
        _folder.Write("outside", "mine");
        _folder.Write("r/.ipso/journal", $"remove a\n{step}");
        _folder.Write("r/.ipso/new/sub/x", "");
        Fault fault = Assert.Throws<Fault>(() => FolderTransaction.Finish(_folder["r"]));
        Assert.Equal(ExitCode.Disk, fault.Code);
        Assert.Contains("journal", fault.Message, StringComparison.Ordinal);
        Assert.Equal(("mine", "a"), (_folder.Read("outside"), _folder.Read("r/a")));
    }

    [Fact]
    public void What_was_killed_before_its_journal_has_not_happened()
    {
        _folder.Write("r/.ipso/new/a", "half");
        FolderTransaction.Finish(_folder["r"]);
        using (FolderTransaction transaction = Begin())
        {
            transaction.Write("c", "c"u8);
            transaction.Commit();
        }

        Assert.Equal("a", _folder.Read("r/a"));
        Assert.Equal(["a", "b", "c"], _folder.Snapshot("r").Keys);
    }

    [Fact]
    public void Of_two_at_a_time_the_second_is_told()
    {
        using FolderTransaction first = Begin();
        Fault fault = Assert.Throws<Fault>(() => Begin());
        Assert.Contains("another ipso is at work in", fault.Message, StringComparison.Ordinal);

        first.Write("a", "first"u8);
        first.Commit();
        Assert.Equal("first", _folder.Read("r/a"));
    }

    private FolderTransaction Begin() => FolderTransaction.Begin(_folder["r"]);
}
