#if PLANT_BUGS
namespace OrderGrpc.Server;

/// <summary>
/// Bugs that are planted on purpose, to show that the tests find them: only in the configuration
/// Planted, and there only the one that ORDERGRPC_PLANT names.
/// </summary>
public static class PlantedBugs
{
    private static readonly string? Planted = Environment.GetEnvironmentVariable("ORDERGRPC_PLANT");

    /// <summary>A row that arrives while a watch goes to sleep does not wake it.</summary>
    public static bool LostWakeUp => Planted == "lost-wake-up";

    /// <summary>A watch that resumes is told its last event again.</summary>
    public static bool DoubledAfterResume => Planted == "doubled-after-resume";

    /// <summary>The first event after those read from the store is not told.</summary>
    public static bool SkippedAtSeam => Planted == "skipped-at-seam";

    /// <summary>An order in realization can be cancelled.</summary>
    public static bool CancelInRealization => Planted == "cancel-in-realization";

    /// <summary>A request that was done before the last start is done again.</summary>
    public static bool ForgottenRequest => Planted == "forgotten-request";

    /// <summary>A commit is answered before it is on disk.</summary>
    public static bool SynchronousNormal => Planted == "synchronous-normal";
}
#endif
