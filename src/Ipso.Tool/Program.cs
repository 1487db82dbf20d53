using Ipso.Tool.CommandLine;

using Terminal terminal = Terminal.OfProcess();
return await ToolCommand.RunAsync(args, terminal);
