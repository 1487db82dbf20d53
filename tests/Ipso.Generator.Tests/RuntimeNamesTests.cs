using System.Reflection;
using Ipso.Generator.Emit;
using Ipso.Generator.Registry;
using Ipso.Generator.Tests.Support;
using Ipso.Lwm2m.Model;

namespace Ipso.Generator.Tests;

/// <summary>The generator spells names of an assembly that it cannot see; here both are seen.</summary>
public class RuntimeNamesTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
    private const string Global = "global::";

    private static readonly (string Alias, string Namespace, Assembly Assembly)[] s_aliases =
    [
        ("IpsoModel::", "Ipso.Lwm2m.Model.", typeof(ObjectInstance).Assembly),
        ("IpsoRemote::", "Ipso.Server.Remote.", typeof(Server.DeviceClient).Assembly),
        (Global, "", typeof(ObjectInstance).Assembly),
    ];

    private static readonly string[] s_usings = [nameof(RuntimeNames.ModelAlias), nameof(RuntimeNames.RemoteAlias)];

    private static IEnumerable<string> Spelled =>
        typeof(RuntimeNames).GetFields().Where(f => f.IsLiteral && !s_usings.Contains(f.Name)).Select(f => (string)f.GetRawConstantValue()!);

    public static TheoryData<string> Types => [.. Spelled.Where(IsType)];

    public static TheoryData<string> Members => [.. Spelled.Where(name => !IsType(name))];

    [Theory]
    [MemberData(nameof(Types))]
    public void Each_type_is_a_public_type_of_the_runtime(string name)
    {
        (string alias, string space, Assembly assembly) = s_aliases.Single(one => name.StartsWith(one.Alias, StringComparison.Ordinal));
        string fullName = space + name[alias.Length..];

        Assert.True((assembly.GetType(fullName) ?? assembly.GetType(fullName + "`1")) is { IsPublic: true }, name);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void Each_member_is_one_of_the_types_that_use_it(string name)
    {
        string[] generated = [RuntimeNames.ObjectId, RuntimeNames.ResourceIds, RuntimeNames.Values, RuntimeNames.Keys, RuntimeNames.Fields, RuntimeNames.TimestampClock];
        Type[] types = [typeof(ObjectInstance), typeof(ResourceWriter), typeof(ResourceInfo), typeof(Lwm2m.Model.SenMLUnit), typeof(ILwm2mObject<>)];

        Assert.True(generated.Contains(name) || types.Any(type => type.GetMember(name, All).Length > 0), name);
    }

    [Fact]
    public void The_writer_has_a_method_for_each_type()
    {
        string[] methods = [.. typeof(RuntimeNames).GetFields().Where(f => f.Name.EndsWith("Method", StringComparison.Ordinal)).Select(f => (string)f.GetRawConstantValue()!)];

        Assert.Equal(Enum.GetValues<ResourceKind>().Length - 1, methods.Length);
        // For one value, for several, and of whole numbers for several that have names.
        Assert.All(methods, name => Assert.Equal(Overloads(name), typeof(ResourceWriter).GetMember(name).Length));

        static int Overloads(string name) => name is RuntimeNames.IntegerMethod or RuntimeNames.UnsignedMethod ? 3 : 2;
    }

    [Fact]
    public void The_words_for_types_and_operations_are_the_runtimes()
    {
        Assert.Equal(Enum.GetNames<ResourceKind>(), Enum.GetNames<ResourceType>());
        Assert.Equal(Enum.GetNames<ResourceOperations>(), Enum.GetNames<Operations>());
    }

    [Fact]
    public void No_resource_can_hide_what_every_object_has()
    {
        // Private and internal members are invisible to generated code and may be named again.
        string[] inherited = [.. Ancestors(typeof(ObjectInstance)).SelectMany(type => type.GetMembers(All | BindingFlags.DeclaredOnly))
            .Where(IsVisible).Select(member => member.Name).Where(name => !name.StartsWith('.')).Distinct()];

        Assert.Empty(inherited.Except(RuntimeNames.ReservedMembers));
    }

    [Fact]
    public void No_member_of_an_object_on_a_device_can_hide_a_resource()
    {
        string[] members = [.. Ancestors(typeof(Server.Remote.RemoteObject<>)).SelectMany(type => type.GetMembers(All | BindingFlags.DeclaredOnly))
            .Where(IsVisible).Select(member => member.Name).Where(name => !name.StartsWith('.')).Distinct()];

        Assert.Equal(
            members.Except(RuntimeNames.ReservedMembers).Order(StringComparer.Ordinal),
            RuntimeNames.RemoteMembers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_resource_can_hide_what_every_generated_type_has()
    {
        using var assembly = new MemoryStream();
        var run = GeneratorRun.Of(XmlFile.Define(1, "Sample", "1.0", XmlFile.Item(5700, "Value") + XmlFile.Item(5701, "Act", "E")));
        Assert.True(run.Output.Emit(assembly).Success);
        Type sample = Assembly.Load(assembly.ToArray()).GetType("Ipso.Objects.Sample", throwOnError: true)!;

        string[] own = [.. sample.GetMembers(All | BindingFlags.DeclaredOnly)
            .Select(member => member.Name).Where(name => char.IsLetter(name[0]) && !name.Contains('.', StringComparison.Ordinal) && !name.Contains('_', StringComparison.Ordinal))];

        Assert.Empty(own.Except([.. RuntimeNames.ReservedMembers, "Value", "Act"]));
        Assert.Empty(new[] { "ObjectId", "ResourceIds", "Keys", "Info", "Value", "Act" }.Except(own));
    }

    private static bool IsType(string name) => name.Contains("::", StringComparison.Ordinal);

    private static IEnumerable<Type> Ancestors(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            yield return type;
        }
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => !method.IsSpecialName && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(get => get.IsPublic || get.IsFamily || get.IsFamilyOrAssembly),
        FieldInfo value => value.IsPublic || value.IsFamily || value.IsFamilyOrAssembly,
        EventInfo happening => happening.AddMethod is { } add && (add.IsPublic || add.IsFamily || add.IsFamilyOrAssembly),
        Type nested => nested.IsNestedPublic || nested.IsNestedFamily || nested.IsNestedFamORAssem,
        _ => false,
    };
}
