namespace OrderGrpc.Server.Storage.Deployments;

/// <summary>What a deployment is verified and moved by. A slice ends at the first of its bounds that it reaches, and is one transaction where it is written.</summary>
public static class DeploymentLimits
{
    public const int RowsPerSlice = 2000;
    public const int BytesPerSlice = 4 << 20;
    public const int FaultsReported = 20;
    public const long EventsBetweenNews = 100_000; // of a copy
}
