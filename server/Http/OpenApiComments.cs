using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace OrderGrpc.Server.Http;

/// <summary>The comments of the contract as texts.</summary>
public static class OpenApiComments
{
    /// <summary>The comment before it, a paragraph a line; empty where there is none.</summary>
    public static string Of(IDescriptor what)
    {
        var comment = what switch
        {
            ServiceDescriptor service => service.Declaration?.LeadingComments,
            MethodDescriptor method => method.Declaration?.LeadingComments,
            MessageDescriptor message => message.Declaration?.LeadingComments,
            EnumDescriptor type => type.Declaration?.LeadingComments,
            EnumValueDescriptor value => value.Declaration?.LeadingComments,
            FieldDescriptor field => field.Declaration?.LeadingComments,
            _ => null,
        };
        var paragraphs = (comment ?? "").Split("\n\n").Select(paragraph => string.Join(' ', paragraph.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        return string.Join("\n\n", paragraphs).Trim();
    }

    /// <summary>Its first sentence.</summary>
    public static string Summary(string comment)
    {
        var end = comment.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? comment : comment[..end]).Split('\n')[0].TrimEnd('.');
    }
}
