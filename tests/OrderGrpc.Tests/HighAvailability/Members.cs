using System.Text.Json;

namespace OrderGrpc.Tests.HighAvailability;

/// <summary>The nodes of a cluster as patroni tells of them: each one's role, and the log that it is on.</summary>
public sealed record Members(IReadOnlyList<Member> All)
{
    public static readonly Members None = new([]);

    public string? Primary => All.SingleOrDefault(member => member is { Role: "leader", IsRunning: true })?.Name;

    /// <summary>The synchronous standby.</summary>
    public string? Standby => All.FirstOrDefault(member => member is { Role: "sync_standby", IsRunning: true })?.Name;

    /// <summary>How often the log has forked: each failover and switchover is one more.</summary>
    public int Timeline => All.FirstOrDefault(member => member.Role == "leader")?.Timeline ?? 0;

    /// <summary>Whether all three are there, and follow the primary.</summary>
    public bool AreWhole => All.Count == 3 && Primary is not null && Standby is not null && All.All(member => member.IsRunning && member.Timeline == Timeline);

    public static Members Of(JsonElement cluster) => new(
        [.. cluster.GetProperty("members").EnumerateArray().Select(member => new Member(
            member.GetProperty("name").GetString()!,
            member.GetProperty("role").GetString()!,
            member.GetProperty("state").GetString()!,
            member.TryGetProperty("timeline", out var timeline) ? timeline.GetInt32() : 0))]);

    public override string ToString() => string.Join(", ", All);
}

/// <summary>One node.</summary>
public sealed record Member(string Name, string Role, string State, int Timeline)
{
    public bool IsRunning => State is "running" or "streaming";
}
