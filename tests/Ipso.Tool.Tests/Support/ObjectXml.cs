using System.Globalization;
using System.Net;
using System.Text;

namespace Ipso.Tool.Tests.Support;

/// <summary>A made-up definition, in the registry's form.</summary>
internal sealed record ObjectXml(int Id, string Name)
{
    internal string Version { get; init; } = "1.0";

    internal string Description { get; init; } = "Made up.";

    internal bool IsMultiple { get; init; } = true;

    internal bool IsMandatory { get; init; }

    internal string? Urn { get; init; }

    internal ItemXml[] Items { get; init; } = [];

    internal string Text
    {
        get
        {
            StringBuilder text = new();
            string urn = Urn ?? $"urn:oma:lwm2m:{(Id < 1024 ? "oma" : Id < 10241 ? "ext" : "x")}:{Id}{(Version == "1.0" ? "" : ":" + Version)}";
            text.Append(CultureInfo.InvariantCulture, $"""
                <?xml version="1.0" encoding="UTF-8"?>
                <LWM2M>
                  <Object ObjectType="MODefinition">
                    <Name>{WebUtility.HtmlEncode(Name)}</Name>
                    <Description1>{WebUtility.HtmlEncode(Description)}</Description1>
                    <ObjectID>{Id}</ObjectID>
                    <ObjectURN>{urn}</ObjectURN>
                    <LWM2MVersion>1.0</LWM2MVersion>
                    <ObjectVersion>{Version}</ObjectVersion>
                    <MultipleInstances>{(IsMultiple ? "Multiple" : "Single")}</MultipleInstances>
                    <Mandatory>{(IsMandatory ? "Mandatory" : "Optional")}</Mandatory>
                    <Resources>

                """);
            foreach (ItemXml item in Items)
            {
                text.Append(item.Text);
            }

            return text.Append("    </Resources>\n    <Description2/>\n  </Object>\n</LWM2M>\n").ToString();
        }
    }
}

/// <summary>A made-up resource.</summary>
internal sealed record ItemXml(int Id, string Name, string Type = "Float", string Operations = "R")
{
    internal bool IsMultiple { get; init; }

    internal bool IsMandatory { get; init; }

    internal string Range { get; init; } = "";

    internal string Unit { get; init; } = "";

    internal string Description { get; init; } = "Made up too.";

    internal string Text => string.Create(CultureInfo.InvariantCulture, $"""
              <Item ID="{Id}">
                <Name>{WebUtility.HtmlEncode(Name)}</Name>
                <Operations>{Operations}</Operations>
                <MultipleInstances>{(IsMultiple ? "Multiple" : "Single")}</MultipleInstances>
                <Mandatory>{(IsMandatory ? "Mandatory" : "Optional")}</Mandatory>
                <Type>{Type}</Type>
                <RangeEnumeration>{WebUtility.HtmlEncode(Range)}</RangeEnumeration>
                <Units>{WebUtility.HtmlEncode(Unit)}</Units>
                <Description>{WebUtility.HtmlEncode(Description)}</Description>
              </Item>

        """);
}
