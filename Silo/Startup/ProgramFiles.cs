using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Api;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Startup;

/// <summary>Program files to load at start; section <c>Programs</c>.</summary>
public sealed class ProgramFilesOptions
{
    /// <summary>A JSON file, or a folder of them; empty = none.</summary>
    public string Path { get; set; } = "";

    /// <summary>Whether new programs go live at once; otherwise they are drafts.</summary>
    public bool Live { get; set; } = true;
}

/// <summary>Loads programs from files. A file that has not changed makes no new version.</summary>
public sealed class ProgramFiles(IGrainFactory grains, RulesCache rules, IOptions<ProgramFilesOptions> options, ILogger<ProgramFiles> log)
{
    /// <summary>Loads all files.</summary>
    /// <exception cref="InvalidDataException">A file is not a valid program; the message lists every fault with its place.</exception>
    public async Task LoadAsync(CancellationToken stop)
    {
        if (options.Value.Path.Length == 0)
        {
            return;
        }

        IEnumerable<string> files = Directory.Exists(options.Value.Path) ? Directory.GetFiles(options.Value.Path, "*.json").Order(StringComparer.Ordinal) : [options.Value.Path];
        foreach (var file in files)
        {
            await LoadAsync(file, stop);
        }
    }

    async Task LoadAsync(string file, CancellationToken stop)
    {
        if (!File.Exists(file))
        {
            throw new InvalidDataException($"Programs:Path names '{file}', which does not exist.");
        }

        var parsed = ProgramJson.Parse(await File.ReadAllBytesAsync(file, stop));
        if (parsed is ProgramParse.Bad bad)
        {
            throw new InvalidDataException($"{file} is not a valid program:{Environment.NewLine}{string.Join(Environment.NewLine, bad.Errors.Select(error => $"  {error.Pointer}: {error.Detail} ({error.Code})"))}");
        }

        var program = ((ProgramParse.Ok)parsed).Program;
        if (ProgramAnswers.Misfits(program, rules.Current.Settings) is { Count: > 0 } misfits)
        {
            throw new InvalidDataException($"{file} does not fit the workspace:{Environment.NewLine}{string.Join(Environment.NewLine, misfits.Select(error => $"  {error.Pointer}: {error.Detail} ({error.Code})"))}");
        }

        var document = ProgramJson.Write(program);
        var catalogue = grains.GetGrain<IProgramCatalogue>(AgentKey.DefaultTenant);
        var known = rules.Programs.FirstOrDefault(one => one.Id == program.Id);
        if (known is not null && ProgramJson.Write(known).AsSpan().SequenceEqual(document))
        {
            return;
        }

        var stored = await catalogue.LoadAsync(program.Id, document, options.Value.Live, Path.GetFileName(file));
        StartupLog.Loaded(log, program.Id, stored.Version, stored.State);
    }
}

internal static partial class StartupLog
{
    [LoggerMessage(501, LogLevel.Information, "Program {Program} is loaded: version {Version}, {State}")]
    public static partial void Loaded(ILogger log, string program, long version, string state);
}
