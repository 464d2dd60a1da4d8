using Google.Protobuf.Reflection;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Http;

/// <summary>Holds the fields that a URL has against the message that they are of: those of its path, and its parameters.</summary>
public static class UrlFields
{
    /// <summary>The faults of the path are with the rules.</summary>
    public static void CheckPath(RouteValueDictionary path, MessageDescriptor message, RequestRules rules)
    {
        foreach (var (name, value) in path)
        {
            var field = message.FindFieldByName(name);
            if (JsonValues.FaultOfText(value as string ?? "", field, quoted: false) is var (rule, values))
            {
                rules.Fault(name, rule, values);
            }
        }
    }

    /// <summary>The faults of the parameters are with the rules. Where a call has a body, all is in there.</summary>
    public static void CheckQuery(IQueryCollection query, MessageDescriptor message, bool hasBody, IReadOnlySet<string> inPath, RequestRules rules)
    {
        var seen = new HashSet<string>();
        foreach (var (name, values) in query)
        {
            var field = hasBody ? null : JsonNames.Find(message, name);
            if (field is null || !JsonValues.IsOneValue(field))
            {
                rules.Fault(JsonNames.Shown(name), FieldRule.NoSuchField);
                continue;
            }

            if (inPath.Contains(field.Name))
            {
                rules.Fault(field.Name, FieldRule.InThePath);
            }
            else if (!seen.Add(field.Name) || (values.Count != 1 && !field.IsRepeated))
            {
                rules.Fault(field.Name, FieldRule.Twice);
            }
            else if (field.RealContainingOneof is { } oneof && !seen.Add("oneof " + oneof.Name))
            {
                rules.Fault(field.Name, FieldRule.OneOf, oneof.Name);
            }

            foreach (var value in values)
            {
                if (JsonValues.FaultOfText(value ?? "", field, quoted: false) is var (rule, texts))
                {
                    rules.Fault(field.Name, rule, texts);
                    break;
                }
            }
        }
    }
}
