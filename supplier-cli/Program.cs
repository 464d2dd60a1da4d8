using OrderGrpc.CliShell;
using OrderGrpc.SupplierCli;
using OrderGrpc.V1;

return await Cli.RunAsync(args, Role.Supplier, SystemConsole.Open(), SupplierTool.BuildRootCommand);
