using Google.Protobuf.WellKnownTypes;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// Copies of what this server knows of a message. What a caller sends beyond it is not stored, and
/// what a newer server has stored beyond it is not shown to a client: nobody here can say what it is.
/// </summary>
public static class KnownFields
{
    public static Customer Of(Customer from) => new() { Name = from.Name, Email = from.Email };

    public static OrderLine Of(OrderLine from) => new() { Description = from.Description, Quantity = from.Quantity };

    public static QuoteLine Of(QuoteLine from) => new()
    {
        Description = from.Description,
        Quantity = from.Quantity,
        UnitPrice = Of(from.UnitPrice),
        Amount = Of(from.Amount),
    };

    public static Quote Of(Quote from) => new()
    {
        Revision = from.Revision,
        Lines = { from.Lines.Select(Of) },
        Total = Of(from.Total),
        ValidUntil = Of(from.ValidUntil),
        DraftTime = Of(from.DraftTime),
        SendTime = Of(from.SendTime),
        Digest = from.Digest,
    };

    public static Reason Of(Reason from) => new() { Command = from.Command, Role = from.Role, Text = from.Text, Time = Of(from.Time) };

    public static Actor? Of(Actor? from) => from is null ? null : new Actor { Role = from.Role, Name = from.Name };

    public static Money? Of(Money? from) => from is null ? null : new Money { CurrencyCode = from.CurrencyCode, Units = from.Units, Nanos = from.Nanos };

    public static Timestamp? Of(Timestamp? from) => from is null ? null : new Timestamp { Seconds = from.Seconds, Nanos = from.Nanos };
}
