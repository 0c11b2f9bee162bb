using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Aampe.Agents.Dashboard.Charts;

/// <summary>A label inside a picture: Razor keeps the tag of that name for itself.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>Horizontal place: a number or a percentage.</summary>
    [Parameter, EditorRequired] public string X { get; set; } = "0";

    /// <summary>Baseline.</summary>
    [Parameter, EditorRequired] public string Y { get; set; } = "0";

    /// <summary>start, middle or end.</summary>
    [Parameter] public string Anchor { get; set; } = "start";

    /// <summary>Style class.</summary>
    [Parameter] public string? Class { get; set; }

    /// <summary>The text.</summary>
    [Parameter, EditorRequired] public string Text { get; set; } = "";

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X);
        builder.AddAttribute(2, "y", Y);
        builder.AddAttribute(3, "text-anchor", Anchor);
        builder.AddAttribute(4, "class", Class);
        builder.AddContent(5, Text);
        builder.CloseElement();
    }
}
