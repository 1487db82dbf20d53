using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ipso.Tool.Tests.Support;

/// <summary>
/// Holds JSON against a JSON Schema, for the words that our schemas use; any other one is a fault of the schema, so that none is
/// passed over.
/// </summary>
internal static class SchemaCheck
{
    private static readonly string[] s_annotations =
        ["$schema", "$id", "title", "description", "readOnly", "writeOnly", "contentEncoding", "format", "x-lwm2m"];

    /// <summary>What is wrong with a value; empty where it is valid.</summary>
    internal static IReadOnlyList<string> Faults(JsonElement schema, JsonElement value, string at = "")
    {
        // What is of another type can be neither too large nor too long.
        if (schema.TryGetProperty("type", out JsonElement type) && !IsOfType(value, type.GetString()!))
        {
            return [$"{at} is no {type}"];
        }

        List<string> faults = [];
        foreach (JsonProperty word in schema.EnumerateObject().Where(word => !s_annotations.Contains(word.Name)))
        {
            switch (word.Name)
            {
                case "minimum":
                    Check(value.GetDecimal() >= word.Value.GetDecimal(), $"is below {word.Value}");
                    break;
                case "maximum":
                    Check(value.GetDecimal() <= word.Value.GetDecimal(), $"is above {word.Value}");
                    break;
                case "minLength":
                    Check(value.GetString()!.EnumerateRunes().Count() >= word.Value.GetInt32(), "is too short");
                    break;
                case "maxLength":
                    Check(value.GetString()!.EnumerateRunes().Count() <= word.Value.GetInt32(), "is too long");
                    break;
                case "pattern":
                    Check(Regex.IsMatch(value.GetString()!, word.Value.GetString()!), "has another form");
                    break;
                case "enum":
                    Check(word.Value.EnumerateArray().Any(one => one.GetString() == value.GetString()), "is none of the words");
                    break;
                case "anyOf":
                    Check(word.Value.EnumerateArray().Any(one => Faults(one, value, at).Count == 0), "is in no range");
                    break;
                case "required":
                    Check(word.Value.EnumerateArray().All(one => value.TryGetProperty(one.GetString()!, out _)), "lacks something");
                    break;
                case "type" or "properties" or "patternProperties":
                    break;
                case "additionalProperties":
                    Assert.Equal(JsonValueKind.False, word.Value.ValueKind);
                    break;
                default:
                    faults.Add($"{at} the schema has the word {word.Name}");
                    break;
            }
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in value.EnumerateObject())
            {
                JsonElement? sub = schema.TryGetProperty("properties", out JsonElement named) && named.TryGetProperty(member.Name, out JsonElement known) ? known
                    : schema.TryGetProperty("patternProperties", out JsonElement patterns)
                        && patterns.EnumerateObject().FirstOrDefault(one => Regex.IsMatch(member.Name, one.Name)) is { Value.ValueKind: JsonValueKind.Object } match ? match.Value
                    : null;
                if (sub is null)
                {
                    faults.Add($"{at}/{member.Name} is not known");
                }
                else
                {
                    faults.AddRange(Faults(sub.Value, member.Value, $"{at}/{member.Name}"));
                }
            }
        }

        return faults;

        void Check(bool isValid, string what)
        {
            if (!isValid)
            {
                faults.Add($"{at} {what}");
            }
        }
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDecimal() % 1 == 0,
        _ => false,
    };
}
