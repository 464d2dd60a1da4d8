namespace OrderGrpc.CliShell;

/// <summary>Fields of requests as the command line calls them, so that an error names what was typed.</summary>
public static class FieldNames
{
    /// <summary>Such as "--line (lines[0].quantity)"; the field itself where no option sets it.</summary>
    public static string OnCommandLine(string field)
    {
        var head = field.Split('.', '[')[0];
        var option = (head, field) switch
        {
            (_, "customer.name") => "--name",
            (_, "customer.email") => "--email",
            ("lines", _) => "--line",
            ("client_reference", _) => "--reference",
            ("note", _) => "--note",
            ("supplier", _) => "--supplier",
            ("replaces_order_id", _) => "--replaces",
            ("request_id", _) => "--request-id",
            ("expected_revision", _) => "--if-revision",
            ("reason", _) => "--reason",
            ("valid_until", _) => "--valid-until",
            ("quote_revision", _) => "--quote-revision",
            ("digest", _) => "--digest",
            ("states", _) => "--state",
            ("client", _) => "--client",
            ("order_id" or "order_ids", _) => "ID",
            _ => null,
        };
        if (option is null)
        {
            return field;
        }

        return head == field || field.StartsWith("customer.", StringComparison.Ordinal) ? option : $"{option} ({field})";
    }
}
