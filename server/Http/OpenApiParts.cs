namespace OrderGrpc.Server.Http;

/// <summary>What the document has that no descriptor tells.</summary>
public static class OpenApiParts
{
    public const string License = """{ "name": "MIT", "identifier": "MIT" }""";

    public const string Security = """
        { "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A token of the role client or supplier, in Authorization and nowhere else." } }
        """;

    /// <summary>An error, as gRPC has it.</summary>
    public const string Status = """
        {
          "type": "object",
          "description": "Why a call failed: a google.rpc.Status.",
          "required": ["code", "message"],
          "properties": {
            "code": { "type": "integer", "format": "int32", "description": "A code of google.rpc.Code." },
            "message": { "type": "string", "description": "For people, in the caller's language." },
            "details": {
              "type": "array",
              "description": "A google.rpc.ErrorInfo, whose reason programs go by, and where they help a BadRequest, PreconditionFailure, RetryInfo and LocalizedMessage.",
              "items": {
                "type": "object",
                "required": ["@type"],
                "properties": {
                  "@type": { "type": "string", "description": "Which message it is, such as type.googleapis.com/google.rpc.ErrorInfo." },
                  "reason": { "type": "string", "description": "Of an ErrorInfo: a name of ErrorReason of the contract without its prefix, such as WRONG_STATE." }
                },
                "additionalProperties": true
              }
            }
          }
        }
        """;

    public const string Responses = """
        {
          "Unauthenticated": {
            "description": "No token, or one that does not hold.",
            "headers": { "WWW-Authenticate": { "description": "Bearer, with the error where there was a token.", "schema": { "type": "string" } } },
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Status" } } }
          },
          "Later": {
            "description": "Not now.",
            "headers": { "Retry-After": { "description": "In how many seconds to try again, where waiting helps.", "schema": { "type": "integer" } } },
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Status" } } }
          },
          "Error": {
            "description": "Any other error; the reason in its details tells which.",
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Status" } } }
          }
        }
        """;

    public const string Parameters = """
        {
          "Accept-Language": { "name": "Accept-Language", "in": "header", "description": "The language of texts for people: en or fr; en otherwise.", "schema": { "type": "string" } },
          "Idempotency-Key": { "name": "Idempotency-Key", "in": "header", "description": "The requestId of a body that has none.", "schema": { "type": "string" } },
          "Last-Event-ID": { "name": "Last-Event-ID", "in": "header", "description": "Of server-sent events, the last that was handled: the stream goes on after it, whatever the URL says of the start.", "schema": { "type": "string", "format": "int64" } }
        }
        """;

    /// <summary>The errors of every call: their statuses, and the responses above.</summary>
    public static (string Status, string Response)[] Errors { get; } =
        [("401", "Unauthenticated"), ("429", "Later"), ("503", "Later"), ("default", "Error")];
}
