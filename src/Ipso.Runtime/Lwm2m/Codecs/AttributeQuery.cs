namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// The query of a Write-Attributes, or of an Observe of LwM2M 1.2: which attributes it names, and their new values
/// (LwM2M TS Core, 6.3.4). A name without a value takes the attribute away.
/// </summary>
public struct AttributeQuery
{
    private NotificationAttributes _values;

    /// <summary>The attributes that are named.</summary>
    public NotificationAttributeNames Names { get; private set; }

    /// <summary>The values of those that have one.</summary>
    public readonly NotificationAttributes Values => _values;

    /// <summary>Reads a whole query.</summary>
    /// <param name="text">The arguments with <c>&amp;</c> between, without percent-encoding.</param>
    /// <param name="query">The query, empty where anything is wrong.</param>
    /// <returns>Whether each argument is right, none comes twice, and together they are consistent; if not, 4.00 is the answer.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out AttributeQuery query)
    {
        query = default;
        bool isValid = true;
        while (isValid && !text.IsEmpty)
        {
            int end = text.IndexOf((byte)'&');
            isValid = query.TryAdd(end < 0 ? text : text[..end]) && end != text.Length - 1;
            text = end < 0 ? default : text[(end + 1)..];
        }

        isValid &= query.Values.IsConsistent;
        if (!isValid)
        {
            query = default;
        }

        return isValid;
    }

    /// <summary>Writes a query.</summary>
    /// <param name="values">The attributes to be assigned.</param>
    /// <param name="removed">Those to be taken away; one that has a value is assigned.</param>
    /// <returns>The arguments with <c>&amp;</c> between, <c>pmin=10&amp;pmax</c>; empty where there are none.</returns>
    public static string Format(in NotificationAttributes values, NotificationAttributeNames removed = NotificationAttributeNames.None) =>
        NotificationAttributeText.Format(values, removed);

    /// <summary>
    /// Adds one argument, the value of a Uri-Query option. After the last one, see that <see cref="Values"/> are consistent.
    /// </summary>
    /// <param name="argument">The argument: <c>pmin=10</c>, or <c>pmin</c> to take it away.</param>
    /// <returns>Whether it is a notification attribute that did not come before, with a value that it may have.</returns>
    public bool TryAdd(ReadOnlySpan<byte> argument)
    {
        int equals = argument.IndexOf((byte)'=');
        NotificationAttributeNames name = NotificationAttributeText.NameOf(equals < 0 ? argument : argument[..equals]);
        if (name == NotificationAttributeNames.None
            || (Names & name) != 0
            || equals >= 0 && !NotificationAttributeText.TryRead(name, argument[(equals + 1)..], ref _values))
        {
            return false;
        }

        Names |= name;
        return true;
    }

    /// <summary>
    /// Whether each attribute that is named may be assigned on the level of a path: <c>gt</c>, <c>lt</c>, <c>st</c> and <c>edge</c> need a
    /// Resource or a Resource Instance (LwM2M TS Core, 5.1.2). Whether its type is the right one is for the caller to know.
    /// </summary>
    /// <param name="path">The path.</param>
    public readonly bool FitsLevelOf(Lwm2mPath path) => path.Depth >= 3 || path.Depth > 0 && (Names & OfValues) == 0;

    /// <summary>What becomes of attributes by this query.</summary>
    /// <param name="before">The attributes before.</param>
    public readonly NotificationAttributes ApplyTo(in NotificationAttributes before) => before.With((uint)Names, _values);

    private const NotificationAttributeNames OfValues = NotificationAttributeNames.GreaterThan | NotificationAttributeNames.LessThan
        | NotificationAttributeNames.Step | NotificationAttributeNames.Edge;
}
