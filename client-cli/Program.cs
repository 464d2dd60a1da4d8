using OrderGrpc.ClientCli;
using OrderGrpc.CliShell;
using OrderGrpc.V1;

return await Cli.RunAsync(args, Role.Client, SystemConsole.Open(), ClientTool.BuildRootCommand);
