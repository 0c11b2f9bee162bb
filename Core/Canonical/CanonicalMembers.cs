using System.Text.Json.Nodes;

namespace Aampe.Agents.Core.Canonical;

/// <summary>The members of one canonical object, told in any order: what several hands write becomes one sorted object without a tree.</summary>
internal sealed class CanonicalMembers
{
    readonly CanonicalText text = CanonicalText.Begin();
    readonly List<(string Name, int Start, int End)> members = new(40);

    /// <summary>Begins a member; what is written until the next one begins is its value.</summary>
    public CanonicalText Of(string name)
    {
        Close();
        members.Add((name, text.Length, 0));
        return text;
    }

    /// <summary>The canonical bytes of the object.</summary>
    /// <exception cref="InvalidOperationException">A member was told twice.</exception>
    public byte[] Finish()
    {
        Close();
        members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        // Behind what was written: a second buffer of the same size would be made anew for every record.
        var begin = text.Length;
        text.Byte((byte)'{');
        for (var i = 0; i < members.Count; i++)
        {
            var (name, start, end) = members[i];
            if (i > 0 && members[i - 1].Name == name)
            {
                throw new InvalidOperationException($"The member \"{name}\" is told twice.");
            }

            text.Separate(i);
            text.String(name);
            text.Byte((byte)':');
            text.Raw(text.Written(start..end));
        }

        text.Byte((byte)'}');
        return text.Finish(begin);
    }

    /// <summary>Puts the members into a tree, each in place of one of its name.</summary>
    public void PutInto(JsonObject into)
    {
        foreach (var (name, value) in JsonNode.Parse(Finish())!.AsObject())
        {
            into[name] = value?.DeepClone();
        }
    }

    void Close()
    {
        if (members.Count > 0)
        {
            members[^1] = members[^1] with { End = text.Length };
        }
    }
}
