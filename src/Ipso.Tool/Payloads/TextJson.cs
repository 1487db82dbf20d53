using System.Text.Json.Serialization;

namespace Ipso.Tool.Payloads;

/// <summary>Strings in quotes, without the reflection that else goes with it.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class TextJson : JsonSerializerContext;
