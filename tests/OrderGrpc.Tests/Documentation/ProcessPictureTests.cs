using System.Security.Cryptography;
using OrderGrpc.Tests.Orders;

namespace OrderGrpc.Tests.Documentation;

/// <summary>The picture of the process shows the model that is there.</summary>
public sealed class ProcessPictureTests
{
    [Fact]
    public void The_picture_is_of_this_model()
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ProcessModel.Path)));
        var picture = File.ReadAllText(Path.ChangeExtension(ProcessModel.Path, "svg"));
        Assert.True(picture.Contains($"SHA-256 {digest} ", StringComparison.Ordinal), "docs/process.svg shows another docs/process.bpmn. Draw it anew: .ci/model.mjs --draw");
    }
}
