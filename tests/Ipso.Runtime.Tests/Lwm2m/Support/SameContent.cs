using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Compares objects property by property, not by what the code under test would write of them.</summary>
internal static class SameContent
{
    internal static void Assert(AllTypes expected, AllTypes actual)
    {
        Xunit.Assert.Equal(expected.Text, actual.Text);
        Xunit.Assert.Equal(expected.Whole, actual.Whole);
        Xunit.Assert.Equal(expected.Natural, actual.Natural);
        Xunit.Assert.Equal(expected.Real, actual.Real);
        Xunit.Assert.Equal(expected.Flag, actual.Flag);
        Xunit.Assert.Equal(expected.Data?.ToArray(), actual.Data?.ToArray());
        Xunit.Assert.Equal(expected.Moment, actual.Moment);
        Xunit.Assert.Equal(expected.Link, actual.Link);
        Xunit.Assert.Equal(expected.Links, actual.Links);
        Xunit.Assert.Equal(expected.Far, actual.Far);
        Instances(expected.ManyText, actual.ManyText);
        Instances(expected.ManyWhole, actual.ManyWhole);
        Instances(expected.ManyNatural, actual.ManyNatural);
        Instances(expected.ManyReal, actual.ManyReal);
        Instances(expected.ManyFlag, actual.ManyFlag);
        Xunit.Assert.Equal(expected.ManyData.Ids.ToArray(), actual.ManyData.Ids.ToArray());
        Xunit.Assert.Equal(expected.ManyData.Select(d => d.ToArray()), actual.ManyData.Select(d => d.ToArray()));
        Instances(expected.ManyMoment, actual.ManyMoment);
        Instances(expected.ManyLink, actual.ManyLink);
        Instances(expected.ManyLinks, actual.ManyLinks);
    }

    private static void Instances<T>(Ipso.Lwm2m.Model.ResourceInstances<T> expected, Ipso.Lwm2m.Model.ResourceInstances<T> actual)
    {
        Xunit.Assert.Equal(expected.Ids.ToArray(), actual.Ids.ToArray());
        Xunit.Assert.Equal(expected.ToArray(), actual.ToArray());
    }
}
