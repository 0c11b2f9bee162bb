using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Programs;

/// <summary>The examples of docs/program-file.md, which tests change in one place at a time.</summary>
static class ProgramsExample
{
    public static string Text { get; } = Block(0);

    public static string SettingsText { get; } = Block(1);

    public static JsonObject Node() => (JsonObject)JsonNode.Parse(Text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;

    public static JsonObject SettingsNode() =>
        (JsonObject)JsonNode.Parse(SettingsText, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;

    public static ProgramParse Parse(JsonNode node) => ProgramJson.Parse(Encoding.UTF8.GetBytes(node.ToJsonString()));

    public static ProgramDefinition Program { get; } =
        Assert.IsType<ProgramParse.Ok>(ProgramJson.Parse(Encoding.UTF8.GetBytes(Text))).Program;

    static string Block(int index)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Aampe.Agents.sln")))
        {
            folder = folder.Parent;
        }

        Assert.True(folder is not null, $"no Aampe.Agents.sln above {AppContext.BaseDirectory}; run the tests inside the repository");
        var page = File.ReadAllText(Path.Combine(folder.FullName, "docs", "program-file.md"));
        return page.Split("```jsonc\n")[index + 1].Split("```")[0];
    }
}
