namespace OrderGrpc.Server;

/// <summary>
/// The server cannot start, or a command of it cannot run. The message says what is wrong and what
/// to do; it is all that the operator sees.
/// </summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
