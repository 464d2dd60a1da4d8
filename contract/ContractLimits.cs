namespace OrderGrpc.Contract;

/// <summary>
/// What a request may hold and how long a page is: part of the contract, whose comments say the same
/// figures.
/// </summary>
public static class ContractLimits
{
    public const int CustomerNameLength = 200;
    public const int EmailLength = 254; // RFC 5321, 4.5.3.1.3: a path of 256 less its brackets
    public const int PartyNameBytes = 64;
    public const int DescriptionLength = 500;
    public const int ReferenceLength = 100;
    public const int ReasonLength = 1000;
    public const int NoteLength = 2000;
    public const int LinesPerOrder = 100;
    public const int RequestIdBytes = 64;
    public const int QuantityDecimals = 6;
    public const long MaxQuantity = 1_000_000;
    public const long MaxUnitPrice = 1_000_000_000_000;
    public const long MaxTotal = 1_000_000_000_000_000;
    public const int QuoteRevisionsPerOrder = 1000;
    public const int FieldsPerError = 10;
    public const int ReasonsOnOrder = 20;
    public const int OrderIdsPerWatch = 1000;
    public const int StatesPerFilter = 11;
    public const int DefaultPageSize = 50;
    public const int MaxPageSize = 500;
}
