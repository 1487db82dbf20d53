using System.Globalization;
using System.Runtime.CompilerServices;

namespace Ipso.Tests.Lwm2m;

/// <summary>The words for a fault, which are put together only where there is one: what is checked is checked millions of times.</summary>
[InterpolatedStringHandler]
internal ref struct FaultText
{
    private DefaultInterpolatedStringHandler _text;

    public FaultText(int literalLength, int formattedCount, bool isSo, out bool isWanted)
    {
        isWanted = !isSo;
        _text = isWanted ? new(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    internal string Take() => _text.ToStringAndClear();
}
