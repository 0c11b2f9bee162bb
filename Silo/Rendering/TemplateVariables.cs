using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Fluid.Values;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>Values of a message's variables: from the user, or their default where the user has none.</summary>
static class TemplateVariables
{
    /// <summary>The value of each declared variable as a tree by the dots of its name, and the names that took their default.</summary>
    public static (Dictionary<string, FluidValue> Roots, List<string> Defaulted) Of(Message message, JsonElement attributes)
    {
        var tree = new Dictionary<string, object>(StringComparer.Ordinal);
        var defaulted = new List<string>();
        foreach (var variable in message.Variables)
        {
            var value = variable.Name.StartsWith("user.", StringComparison.Ordinal) ? Find(attributes, variable.Name["user.".Length..], variable.MaxLength) : null;
            if (value is null)
            {
                defaulted.Add(variable.Name);
                value = StringValue.Create(variable.Default);
            }

            Put(tree, variable.Name.Split('.'), value);
        }

        return (tree.ToDictionary(pair => pair.Key, pair => Node(pair.Value), StringComparer.Ordinal), defaulted);
    }

    static FluidValue? Find(JsonElement attributes, string path, int maxLength)
    {
        // A trait may be called "address.city" or lie in an object "address".
        if (attributes.ValueKind == JsonValueKind.Object && attributes.TryGetProperty(path, out var flat))
        {
            return Value(flat, maxLength);
        }

        var at = attributes;
        foreach (var part in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
            {
                return null;
            }
        }

        return Value(at, maxLength);
    }

    // Empty is as good as absent: no copy ever shows a blank.
    static FluidValue? Value(JsonElement value, int maxLength) => value.ValueKind switch
    {
        JsonValueKind.String when Clean(value.GetString()!) is { Length: > 0 } text => StringValue.Create(text.Length > maxLength ? Cut(text, maxLength) : text),
        JsonValueKind.Number when value.TryGetDecimal(out var number) => NumberValue.Create(number),
        JsonValueKind.True => BooleanValue.True,
        JsonValueKind.False => BooleanValue.False,
        JsonValueKind.Array when value.GetArrayLength() > 0 => new ArrayValue([.. value.EnumerateArray().Take(TemplateLimits.Items).Select(item => Value(item, maxLength)).OfType<FluidValue>()]),
        _ => null,
    };

    static string Clean(string text) => string.Concat(text.Where(c => c is '\n' or '\t' || !char.IsControl(c))).Trim();

    // Never through the middle of a pair of surrogates.
    static string Cut(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    static void Put(Dictionary<string, object> tree, ReadOnlySpan<string> path, FluidValue value)
    {
        if (path.Length == 1)
        {
            tree[path[0]] = value;
            return;
        }

        if (!tree.TryGetValue(path[0], out var child) || child is not Dictionary<string, object> inner)
        {
            tree[path[0]] = inner = new Dictionary<string, object>(StringComparer.Ordinal);
        }

        Put(inner, path[1..], value);
    }

    static FluidValue Node(object node) => node is FluidValue value
        ? value
        : new DictionaryValue(new FluidValueDictionaryFluidIndexable(((Dictionary<string, object>)node).ToDictionary(pair => pair.Key, pair => Node(pair.Value), StringComparer.Ordinal)));
}
