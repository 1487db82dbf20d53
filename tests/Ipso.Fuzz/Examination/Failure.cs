namespace Ipso.Fuzz.Examination;

/// <summary>What is wrong with a decoder, as an input shows.</summary>
/// <param name="Kind">What is wrong, without what differs from input to input: an input is shortened as long as this stays.</param>
/// <param name="Message">What is wrong, in full.</param>
internal sealed record Failure(string Kind, string Message)
{
    internal static Failure Of(string violation) => new(violation.Split('(', ':')[0].Trim(), violation);

    internal static Failure Of(Exception thrown)
    {
        string place = (thrown.StackTrace ?? "").Split('\n')[0].Trim();
        return new($"{thrown.GetType().Name} {place}", thrown.ToString());
    }
}
