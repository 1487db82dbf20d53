using Ipso.Buffers;

namespace Ipso.Tests.Buffers;

/// <summary>Arrays that are borrowed: nobody else has one meanwhile, and what is borrowed together again and again is not made anew.</summary>
public class SpareBytesTests
{
    [Fact]
    public void What_is_lent_is_nobody_elses()
    {
        byte[] first = SpareBytes.Rent(100);
        byte[] second = SpareBytes.Rent(100);
        byte[] third = SpareBytes.Rent(40_000);
        byte[] fourth = SpareBytes.Rent(40_000);
        Assert.Equal(4, new[] { first, second, third, fourth }.Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.True(third.Length >= 40_000 && fourth.Length >= 40_000);
        Return(first, second, third, fourth);
        Assert.NotSame(SpareBytes.Rent(40_000), SpareBytes.Rent(40_000));
    }

    [Theory]
    [InlineData(100, 2000, 30_000)]
    [InlineData(30_000, 2000, 100)]
    [InlineData(32 * 1024, 32 * 1024, 32 * 1024)]
    public void What_is_borrowed_together_is_kept(int a, int b, int c)
    {
        for (int i = 0; i < 5; i++)
        {
            Return(SpareBytes.Rent(a), SpareBytes.Rent(b), SpareBytes.Rent(c));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        byte[] first = SpareBytes.Rent(a);
        byte[] second = SpareBytes.Rent(b);
        byte[] third = SpareBytes.Rent(c);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Return(first, second, third);
        Assert.Equal(0, allocated);
    }

    private static void Return(params ReadOnlySpan<byte[]> arrays)
    {
        foreach (byte[] array in arrays)
        {
            SpareBytes.Return(array);
        }
    }
}
