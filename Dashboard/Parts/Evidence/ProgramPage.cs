using Aampe.Agents.Client;
using Aampe.Agents.Dashboard.Reading;
using Microsoft.AspNetCore.Components;

namespace Aampe.Agents.Dashboard.Parts.Evidence;

/// <summary>A page about one program at a time; which one stands in the address.</summary>
public abstract class ProgramPage : ConsolePage
{
    string? asked;
    bool ready;

    /// <summary>Programs to choose from.</summary>
    protected Reading<IReadOnlyList<ProgramSummary>> Known { get; } = new();

    /// <summary>The program of the address; none = the first.</summary>
    [SupplyParameterFromQuery(Name = "program")]
    public string? Program { get; set; }

    [Inject]
    protected NavigationManager Go { get; set; } = default!;

    /// <summary>The program shown: that of the address, else the first that is live, else the first.</summary>
    protected string? Current => Program ?? (Known.Value?.FirstOrDefault(one => one.State == "live") ?? (Known.Value is [var first, ..] ? first : null))?.Id;

    /// <summary>What the page is asked for: a change of it is read anew.</summary>
    protected virtual string Asked => Current ?? "";

    /// <summary>Reads what is shown of a program.</summary>
    protected abstract Task ReadProgramAsync(string program);

    /// <inheritdoc/>
    protected override async Task OpenedAsync()
    {
        await ReadAsync();
        ready = true;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (ready && asked != Asked)
        {
            await ReadAsync();
        }
    }

    /// <summary>Reads programs and the one shown.</summary>
    protected async Task ReadAsync()
    {
        if (await Known.ReadAsync(() => Agents.Evidence.ProgramsAsync(Closed)))
        {
            Freshness.Read(Access.Now);
        }

        asked = Asked;
        if (Current is { } program)
        {
            await ReadProgramAsync(program);
        }
    }

    /// <summary>Changes filters of the address; an empty value takes one out.</summary>
    protected void Filter(params (string Name, string? Value)[] filters) => Go.NavigateTo(
        Go.GetUriWithQueryParameters(filters.ToDictionary(filter => filter.Name, filter => (object?)(string.IsNullOrEmpty(filter.Value) ? null : filter.Value), StringComparer.Ordinal)));
}
