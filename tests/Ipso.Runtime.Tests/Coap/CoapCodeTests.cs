using Ipso.Coap;

namespace Ipso.Tests.Coap;

public class CoapCodeTests
{
    [Theory]
    [InlineData(4, 4, "4.04 Not Found")]
    [InlineData(0, 1, "GET")]
    [InlineData(0, 7, "iPATCH")]
    [InlineData(2, 31, "2.31 Continue")]
    [InlineData(5, 8, "5.08 Hop Limit Reached")]
    [InlineData(4, 29, "4.29 Too Many Requests")]
    [InlineData(2, 8, "2.08")]
    [InlineData(0, 0, "0.00 Empty")]
    public void A_code_prints_as_the_specifications_write_it(int @class, int detail, string text) =>
        Assert.Equal(text, new CoapCode(@class, detail).ToString());

    [Fact]
    public void A_code_knows_its_class()
    {
        Assert.True(CoapCode.Fetch.IsRequest);
        Assert.False(CoapCode.Empty.IsRequest);
        Assert.True(CoapCode.Content is { IsResponse: true, IsSuccess: true });
        Assert.True(CoapCode.BadOption is { IsResponse: true, IsSuccess: false, Class: 4, Detail: 2 });
        Assert.False(new CoapCode(7, 1).IsResponse);
        Assert.Equal((byte)CoapMethod.Fetch, CoapCode.Fetch.Value);
    }

    [Fact]
    public void A_code_out_of_range_is_the_callers_fault()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoapCode(8, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoapCode(2, 32));
    }

    [Theory]
    [InlineData(CoapOptionNumber.IfMatch, true, false, false)]
    [InlineData(CoapOptionNumber.UriPath, true, true, false)]
    [InlineData(CoapOptionNumber.Size1, false, false, true)]
    [InlineData(CoapOptionNumber.Observe, false, true, false)]
    [InlineData(CoapOptionNumber.RequestTag, false, false, false)]
    public void An_option_number_says_what_it_is(CoapOptionNumber number, bool critical, bool @unsafe, bool noCacheKey) =>
        Assert.Equal((critical, @unsafe, noCacheKey), (number.IsCritical, number.IsUnsafe, number.IsNoCacheKey));

    [Fact]
    public void The_length_of_a_token_counts()
    {
        Assert.NotEqual(new CoapToken([1]), new CoapToken([1, 0]));
        Assert.NotEqual(new CoapToken([]), new CoapToken([0]));
        Assert.Equal(new CoapToken([1, 2, 3, 4, 5, 6, 7, 8]), new CoapToken([1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Equal("0100", new CoapToken([1, 0]).ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoapToken(new byte[9]));
    }

    [Fact]
    public void The_times_of_the_RFC_follow_from_its_parameters()
    {
        TransmissionParameters p = TransmissionParameters.Default;
        Assert.Equal(45, p.MaxTransmitSpan.TotalSeconds);
        Assert.Equal(93, p.MaxTransmitWait.TotalSeconds);
        Assert.Equal(202, p.MaxRtt.TotalSeconds);
        Assert.Equal(247, p.ExchangeLifetime.TotalSeconds);
        Assert.Equal(145, p.NonLifetime.TotalSeconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransmissionParameters { AckRandomFactor = 0.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransmissionParameters { AckTimeout = TimeSpan.Zero });
    }
}
