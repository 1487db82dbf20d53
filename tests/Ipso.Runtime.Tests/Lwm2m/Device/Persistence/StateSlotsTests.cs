using System.Text;
using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>A device remembers its state, or the one before, whenever power is lost.</summary>
public class StateSlotsTests
{
    private const int Crashes = 1000;

    [Fact]
    public void After_a_loss_of_power_the_state_is_the_one_before_or_the_one_after()
    {
        int[] found = new int[2];
        for (int seed = 0; seed < Crashes; seed++)
        {
            Random random = new(seed);
            CrashingStorage storage = new(random);
            byte[] last = [];
            bool isSaved = false;

            // Several lives, each of which begins with what the one before left.
            for (int life = 0; life < 4; life++)
            {
                StateSlots slots = new(storage);
                bool isFound = slots.TryLoad(out ReadOnlyMemory<byte> state, out string? fault);
                Assert.True(isFound == isSaved && state.Span.SequenceEqual(last), $"seed {seed}, life {life}: {fault}");
                storage.WritesLeft = random.Next(0, 6);
                byte[] next = last;
                try
                {
                    while (true)
                    {
                        next = new byte[random.Next(0, 300)];
                        random.NextBytes(next);
                        slots.Save(next);
                        (last, isSaved) = (next, true);
                    }
                }
                catch (PowerLossException)
                {
                    isFound = new StateSlots(storage).TryLoad(out state, out _);
                    bool isNew = isFound && state.Span.SequenceEqual(next);
                    Assert.True(isNew || (isFound == isSaved && state.Span.SequenceEqual(last)), $"seed {seed}, life {life}: neither");
                    (last, isSaved) = isNew ? (next, true) : (last, isSaved);
                    found[isNew ? 1 : 0]++;
                }
            }
        }

        // Both happen.
        Assert.True(found[0] > Crashes && found[1] > Crashes / 4, $"{found[0]} and {found[1]}");
    }

    [Fact]
    public void Nothing_is_found_where_nothing_was_written_and_nothing_is_wrong()
    {
        Assert.False(new StateSlots(new CrashingStorage(new(1))).TryLoad(out _, out string? fault));
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("Ipso", "slot 0: 4 bytes are not even a header")]
    [InlineData("once upon a time, in a land", "slot 0: not the state of a device")]
    public void What_is_no_state_is_said(string content, string expected)
    {
        CrashingStorage storage = new(new(1));
        storage[0] = Encoding.ASCII.GetBytes(content);
        Assert.False(new StateSlots(storage).TryLoad(out _, out string? fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void A_bit_that_turned_is_noticed_wherever_it_is_and_the_state_before_is_taken()
    {
        CrashingStorage storage = new(new(1));
        StateSlots slots = new(storage);
        slots.Save("before"u8);
        slots.Save("after"u8);
        for (int bit = 0; bit < storage[1].Length * 8; bit++)
        {
            storage[1][bit / 8] ^= (byte)(1 << bit % 8);
            StateSlots damaged = new(storage);
            // A bit of the number alone is of no harm to the content, and the checksum is of it too.
            Assert.True(damaged.TryLoad(out ReadOnlyMemory<byte> state, out string? fault));
            Assert.Equal("before", Encoding.ASCII.GetString(state.Span));
            Assert.StartsWith("slot 1: ", fault, StringComparison.Ordinal);
            storage[1][bit / 8] ^= (byte)(1 << bit % 8);
        }

        // The damaged slot is the next one to be written.
        storage[1][^1] ^= 1;
        StateSlots again = new(storage);
        Assert.True(again.TryLoad(out _, out _));
        again.Save("later"u8);
        Assert.True(new StateSlots(storage).TryLoad(out ReadOnlyMemory<byte> later, out string? none));
        Assert.Equal("later", Encoding.ASCII.GetString(later.Span));
        Assert.Null(none);
    }

    [Fact]
    public void A_slot_that_cannot_be_written_is_tried_again_and_the_state_before_stays()
    {
        FailingStorage storage = new();
        StateSlots slots = new(storage);
        slots.Save("one"u8);
        storage.IsFull = true;
        Assert.Throws<StateStorageException>(() => slots.Save("two"u8));
        Assert.Throws<StateStorageException>(() => slots.Save("three"u8));
        Assert.True(new StateSlots(storage).TryLoad(out ReadOnlyMemory<byte> state, out _));
        Assert.Equal("one", Encoding.ASCII.GetString(state.Span));
        storage.IsFull = false;
        slots.Save("four"u8);
        Assert.True(new StateSlots(storage).TryLoad(out state, out _));
        Assert.Equal("four", Encoding.ASCII.GetString(state.Span));
    }

    [Fact]
    public void A_slot_that_cannot_be_read_is_said_and_the_other_one_is_taken()
    {
        FailingStorage storage = new();
        StateSlots slots = new(storage);
        slots.Save("one"u8);
        slots.Save("two"u8);
        storage.Unreadable = 1;
        Assert.True(new StateSlots(storage).TryLoad(out ReadOnlyMemory<byte> state, out string? fault));
        Assert.Equal("one", Encoding.ASCII.GetString(state.Span));
        Assert.Equal("slot 1: the page is worn out", fault);
    }

    [Theory]
    [InlineData("unreadable", true)]
    [InlineData("bit", true)]
    [InlineData("number", true)]
    [InlineData("form", true)]
    [InlineData("shorter", false)]
    [InlineData("header", false)]
    [InlineData("foreign", false)]
    [InlineData("empty", false)]
    public void Beside_an_empty_slot_one_counts_as_lost_unless_it_was_never_finished(string what, bool isLost)
    {
        FailingStorage storage = new();
        new StateSlots(storage).Save("one"u8);
        ref byte[] slot = ref storage[0];
        switch (what)
        {
            case "unreadable":
                storage.Unreadable = 0;
                break;
            case "bit":
                slot[^1] ^= 1;
                break;
            case "number":
                slot[8] ^= 1;
                break;
            case "form":
                slot[4] = 2;
                break;
            case "foreign":
                slot[0] ^= 1;
                break;
            default:
                slot = slot[..(what switch { "shorter" => slot.Length - 1, "header" => 10, _ => 0 })];
                break;
        }

        StateSlots slots = new(storage);
        Assert.False(slots.TryLoad(out _, out string? fault));
        Assert.Equal(what == "empty", fault is null);
        Assert.Equal(isLost, slots.HasLost);
    }

    private sealed class FailingStorage : IStateStorage
    {
        private readonly byte[][] _slots = [[], []];

        internal ref byte[] this[int slot] => ref _slots[slot];

        internal bool IsFull { get; set; }

        internal int Unreadable { get; set; } = -1;

        public ReadOnlyMemory<byte> Read(int slot) =>
            slot == Unreadable ? throw new StateStorageException("the page is worn out") : _slots[slot];

        public void Write(int slot, ReadOnlySpan<byte> content)
        {
            _slots[slot] = content[..(IsFull ? content.Length / 2 : content.Length)].ToArray();
            if (IsFull)
            {
                throw new StateStorageException("no room");
            }
        }
    }
}
