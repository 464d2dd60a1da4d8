using OrderGrpc.Server;

try
{
    return await ServerCommand.Build((options, _) =>
    {
        Console.WriteLine(options.Data);
        return Task.FromResult(0);
    }).Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (StartException e)
{
    await Console.Error.WriteLineAsync("server: " + e.Message);
    return 1;
}
