namespace OrderGrpc.Tests.HighAvailability;

/// <summary>What is done to a deployment under load.</summary>
public enum Failure
{
    /// <summary>kill -9 of one of our servers, which is started again.</summary>
    ServerKilled,

    /// <summary>kill -9 of the primary's postgres; patroni is left to decide.</summary>
    PostgresKilled,

    /// <summary>The operator has the primary hand over.</summary>
    SwitchedOver,

    /// <summary>kill -9 of all that runs on the primary's machine, which comes back later.</summary>
    NodeKilled,

    /// <summary>The same, some time after it could no longer send to its standbys.</summary>
    NodeKilledAhead,

    /// <summary>The synchronous standby no longer answers, and comes back later.</summary>
    StandbyCutOff,

    /// <summary>The primary's machine stops, and goes on when another has taken its place.</summary>
    PrimaryFrozen,
}
