using System.Reflection;
using System.Runtime.InteropServices;
using Ipso.Emulated;
using Xunit.Abstractions;
using Xunit.Sdk;

// Ipso.Emulated [NAME...] runs the tests of the runtime whose names begin so, or all, in this process: where a processor has neither SDK
// nor test host, a published program and an emulator will do.
string[] names = args.Length == 0 ? [""] : args;
Assembly tests = Assembly.Load("Ipso.Runtime.Tests");
Console.WriteLine($"{tests.GetName().Name} on {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}");

using XunitTestFramework framework = new(new NullMessageSink());
Results results = new();
using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(tests));
discoverer.Find(includeSourceInformation: false, results, new Options());
results.Finished.Wait();
results.Finished.Reset();

ITestCase[] chosen = [.. results.Discovered.Where(test => names.Any(name => test.DisplayName.StartsWith(name, StringComparison.Ordinal)))];
using ITestFrameworkExecutor executor = framework.GetExecutor(tests.GetName());
executor.RunTests(chosen, results, new Options());
results.Finished.Wait();

Console.WriteLine($"{results.Passed} passed, {results.Failed} failed, {results.Skipped} skipped");
return results.Passed > 0 && results.Failed == 0 ? 0 : 1;
