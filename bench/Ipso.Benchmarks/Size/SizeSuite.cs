namespace Ipso.Benchmarks.Size;

/// <summary>How much native code a published program has for its objects.</summary>
internal static class SizeSuite
{
    private const string Header = """
        # How to read these lines. Each program is published by NativeAOT; what a part of it takes is the difference between a program that
        # has the part and one that has not. Code is the section of the code compiled from C#; file is the whole program without symbols.
        # FIGURE size.object.* N B/object  of sixty objects of registry-xml/, in four formats, all that is in the program for writing them,
        #   for reading them, or for both, the codecs and what these need of the platform included; generated-*: WriteTo alone, or what finds the fields.
        # FIGURE size.further-object.* N B/object  what each of the last thirty of them adds to a program that has the first thirty.
        # FIGURE size.two-objects.* N B    Device (3) and Temperature (3303), written and read in four formats, over an empty program.
        # FIGURE size.device.* N B         the same two on UDP, with the CoAP engine and the LwM2M Client, over a program with a UDP socket: a
        #   device that whoever comes may manage, and that has what such a one needs.
        # FIGURE size.registering-device.* N B   the same where the device registers with a server.
        """;

    private const string Formats = "SenMLCbor;SenMLJson;Tlv;LwM2MCbor";
    private const string Emitted = "generated";
    private const int Objects = 60;
    private const int FurtherObjects = 30;
    private const int Listed = 30;

    internal static bool Run(bool isQuick)
    {
        using Publisher publisher = new();
        Console.WriteLine(Header);
        MeasureObjects(publisher, "", "");
        MeasurePrograms(publisher);
        if (!isQuick)
        {
            Console.WriteLine("# The same objects, published with OptimizationPreference=Size:");
            MeasureObjects(publisher, "Size", ".preferring-size");
        }

        return true;
    }

    private static void MeasureObjects(Publisher publisher, string preference, string suffix)
    {
        NativeProgram neither = Publish("Sixty");
        NativeProgram writing = Publish("Sixty;Writing");
        NativeProgram reading = Publish("Sixty;Reading");
        NativeProgram both = Publish("Sixty;Writing;Reading");
        Print("writing", writing.Code - neither.Code);
        Print("reading", reading.Code - neither.Code);
        Print("both", both.Code - neither.Code);
        Print("generated-writing", Generated(writing, "__WriteTo"));
        Print("generated-reading", Generated(reading, "__get_FirstSlot", "__InstancesOf"));
        Print("writing.file", writing.File - neither.File);
        Print("reading.file", reading.File - neither.File);
        Print("both.file", both.File - neither.File);
        if (preference.Length == 0)
        {
            NativeProgram thirty = Publish("Thirty");
            PrintFurther("writing", writing.Code - neither.Code, Publish("Thirty;Writing").Code - thirty.Code);
            PrintFurther("reading", reading.Code - neither.Code, Publish("Thirty;Reading").Code - thirty.Code);
            List("writing", neither, writing);
            List("reading", neither, reading);
        }

        NativeProgram Publish(string parts) => publisher.Publish(parts, Formats, preference);

        void Print(string name, long length) =>
            Console.WriteLine($"FIGURE size.object.{name}{suffix} {(double)length / Objects:0} B/object");

        void PrintFurther(string name, long sixty, long first) =>
            Console.WriteLine($"FIGURE size.further-object.{name}{suffix} {(double)(sixty - first) / FurtherObjects:0} B/object");
    }

    private static void MeasurePrograms(Publisher publisher)
    {
        Print("two-objects", Publish(""), Publish("Two;Writing;Reading"));
        NativeProgram udp = Publish("Udp");
        Print("device", udp, Publish("Two;Device"));
        Print("registering-device", udp, Publish("Two;Registering"));
        NativeProgram small = Publish("Udp", "Size");
        Print("device", small, Publish("Two;Device", "Size"), ".preferring-size");
        Print("registering-device", small, Publish("Two;Registering", "Size"), ".preferring-size");

        NativeProgram Publish(string parts, string preference = "") => publisher.Publish(parts, Formats, preference);

        static void Print(string name, NativeProgram without, NativeProgram with, string suffix = "")
        {
            Console.WriteLine($"FIGURE size.{name}.code{suffix} {with.Code - without.Code} B");
            Console.WriteLine($"FIGURE size.{name}.file{suffix} {with.File - without.File} B");
        }
    }

    private static long Generated(NativeProgram program, params string[] endings) =>
        program.Methods
            .Where(pair => Origin(pair.Key) == Emitted && endings.Any(ending => pair.Key.EndsWith(ending, StringComparison.Ordinal)))
            .Sum(static pair => pair.Value);

    // Methods that a part brings, or that are longer with it.
    private static void List(string part, NativeProgram without, NativeProgram with)
    {
        (string Name, int Length)[] methods =
        [
            .. with.Methods
                .Select(pair => (pair.Key, pair.Value - without.Methods.GetValueOrDefault(pair.Key)))
                .Where(static method => method.Item2 > 0)
                .OrderByDescending(static method => method.Item2)
                .ThenBy(static method => method.Key, StringComparer.Ordinal),
        ];
        int all = methods.Sum(static method => method.Length);
        Console.WriteLine($"# The longest of {methods.Length} methods for {part}, with their shares in {all} bytes:");
        foreach ((string name, int length) in methods.Take(Listed))
        {
            Console.WriteLine($"# {length,6} B {100.0 * length / all,5:0.0} %  {name}");
        }

        IEnumerable<string> groups = methods
            .GroupBy(static method => Origin(method.Name))
            .Select(static group => (group.Key, Length: group.Sum(static method => method.Length)))
            .OrderByDescending(static group => group.Length)
            .Select(group => $"{group.Key} {group.Length} B ({100.0 * group.Length / all:0} %)");
        Console.WriteLine($"# By origin: {string.Join(", ", groups)}");
    }

    private static string Origin(string method) =>
        method.StartsWith("Ipso_Size_Ipso_Objects_", StringComparison.Ordinal) ? Emitted
        : method.StartsWith("Ipso_Size_", StringComparison.Ordinal) ? "the program"
        : method.StartsWith("Ipso_Runtime_", StringComparison.Ordinal) ? "runtime"
        : "platform";
}
