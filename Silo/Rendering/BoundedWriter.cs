using System.Text;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>Collects a rendered field and stops at its limit.</summary>
sealed class BoundedWriter(string field) : StringWriter(System.Globalization.CultureInfo.InvariantCulture)
{
    public override void Write(char value)
    {
        Need(1);
        base.Write(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        Need(count);
        base.Write(buffer, index, count);
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        Need(buffer.Length);
        base.Write(buffer);
    }

    public override void Write(string? value)
    {
        Need(value?.Length ?? 0);
        base.Write(value);
    }

    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(char[] buffer, int index, int count)
    {
        Write(buffer, index, count);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(StringBuilder? value, CancellationToken cancellationToken = default)
    {
        Write(value?.ToString());
        return Task.CompletedTask;
    }

    void Need(int more)
    {
        if (GetStringBuilder().Length + more > TemplateLimits.Output)
        {
            throw new RenderException(field, "too_long", $"renders to more than {TemplateLimits.Output} characters.");
        }
    }
}
