namespace Aampe.Agents.Trial.World;

/// <summary>What each user did in the span of the trial, in both worlds: the planted truth is their difference.</summary>
/// <param name="users">How many users.</param>
/// <param name="features">How many features.</param>
public sealed class Outcomes(int users, int features)
{
    const byte IntentWith = 1, IntentWithout = 2, DoneWith = 4, DoneWithout = 8;

    readonly byte[][] flags = [.. Enumerable.Range(0, features).Select(_ => new byte[users])];
    readonly float[][] with = [.. Enumerable.Range(0, features).Select(_ => new float[users])];
    readonly float[][] without = [.. Enumerable.Range(0, features).Select(_ => new float[users])];

    /// <summary>Notes a deed of the span.</summary>
    public void Note(Deed deed)
    {
        ref var flag = ref flags[deed.Feature][deed.User];
        if (deed.Kind == DeedKind.Viewed)
        {
            flag |= (byte)((deed.In.HasFlag(Worlds.With) ? IntentWith : 0) | (deed.In.HasFlag(Worlds.Without) ? IntentWithout : 0));
        }
        else if (deed.Kind == DeedKind.Done)
        {
            flag |= (byte)((deed.In.HasFlag(Worlds.With) ? DoneWith : 0) | (deed.In.HasFlag(Worlds.Without) ? DoneWithout : 0));
            with[deed.Feature][deed.User] += deed.In.HasFlag(Worlds.With) ? deed.Value : 0;
            without[deed.Feature][deed.User] += deed.In.HasFlag(Worlds.Without) ? deed.Value : 0;
        }
    }

    /// <summary>Whether the user looked at a feature.</summary>
    public bool Intent(int user, int feature, bool treated) => (flags[feature][user] & (treated ? IntentWith : IntentWithout)) != 0;

    /// <summary>Whether the user reached the end of its funnel.</summary>
    public bool Done(int user, int feature, bool treated) => (flags[feature][user] & (treated ? DoneWith : DoneWithout)) != 0;

    /// <summary>Amount of what the user did.</summary>
    public double Value(int user, int feature, bool treated) => treated ? with[feature][user] : without[feature][user];
}
