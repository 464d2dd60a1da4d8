namespace OrderGrpc.Tests.Cli;

/// <summary>An order without lines, as the prototype's were: its note says what is wanted.</summary>
public sealed class NoLinesTests : ServedCli
{
    [Fact]
    public async Task Both_tools_take_it_all_the_way()
    {
        Assert.StartsWith("Order 1\nOrder received, waiting to be verified", await ClientDoesAsync("order", "place", "--name", "Jon Doe", "--email", "john@example.com", "--note", "A fence, 3 m\nand a gate"), StringComparison.Ordinal);
        await ClientDoesAsync("order", "place", "--name", "Jon Doe", "--email", "john@example.com");
        Assert.Contains("A fence, 3 m", await SupplierDoesAsync("order", "list"), StringComparison.Ordinal);
        Assert.DoesNotContain("and a gate", await SupplierDoesAsync("inbox"), StringComparison.Ordinal);
        Assert.Contains("\"lines\": [ ]", await ClientDoesAsync("order", "show", "2", "--output", "json"), StringComparison.Ordinal);
        await SupplierDoesAsync("order", "approve", "1");
        await SupplierDoesAsync("quote", "draft", "1", "--amount", "38");
        await SupplierDoesAsync("quote", "approve", "1", "--yes");
        Assert.Contains("cost: 38 EUR", await ClientDoesAsync("quote", "show", "1"), StringComparison.Ordinal);
        await ClientDoesAsync("quote", "approve", "1", "--yes");
        await SupplierDoesAsync("realization", "report", "1");
        await ClientDoesAsync("realization", "approve", "1");
        Assert.Contains("COMPLETED", await ClientDoesAsync("order", "show", "1"), StringComparison.OrdinalIgnoreCase);
    }
}
