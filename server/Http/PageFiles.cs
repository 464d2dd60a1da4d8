using System.Reflection;

namespace OrderGrpc.Server.Http;

/// <summary>
/// The page: the files of web/, which are in the program itself. Each has its one path, and there is nothing else
/// to be asked for, so no path leads to a file of the machine. Everybody may read them; they hold nothing of anybody.
/// </summary>
public static class PageFiles
{
    private const string Folder = "web/";
    private const string First = "index.html";

    /// <summary>The paths, and what is at each.</summary>
    public static IReadOnlyDictionary<string, PageFile> All { get; } = Read(typeof(PageFiles).Assembly);

    public static void MapPage(this IEndpointRouteBuilder app)
    {
        foreach (var (path, file) in All)
        {
            app.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], context => ServeAsync(context, path, file)).AllowAnonymous();
        }
    }

    // Routing takes other letters and a slash at the end for the same path, from where the page would find none of its files.
    private static Task ServeAsync(HttpContext context, string path, PageFile file)
    {
        if (context.Request.Path.Value == path)
        {
            return file.ServeAsync(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound; // which the call path puts into words
        return Task.CompletedTask;
    }

    private static Dictionary<string, PageFile> Read(Assembly assembly) => assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToDictionary(name => "/" + (name == Folder + First ? "" : name[Folder.Length..]), name => PageFile.Read(assembly.GetManifestResourceStream(name)!, Path.GetExtension(name)));
}
