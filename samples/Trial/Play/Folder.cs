using System.Security.Cryptography;
using System.Text.Json;
using Aampe.Agents.HostApp;

namespace Aampe.Agents.Trial.Play;

/// <summary>Where a trial lives on disk: its plan, its keys, its journal and the silo's data. Whoever has the folder can go on with the trial.</summary>
public sealed class Folder
{
    /// <summary>Name of the result's file.</summary>
    public const string ResultFile = "result.json";

    const string PlanFile = "plan.json", KeysFile = "keys.json";

    Folder(string path, TrialPlan plan, Keys keys) => (Root, Plan, Keys) = (path, plan, keys);

    /// <summary>Path.</summary>
    public string Root { get; }

    /// <summary>What is tried.</summary>
    public TrialPlan Plan { get; }

    /// <summary>Keys of the silo.</summary>
    public Keys Keys { get; }

    /// <summary>Program files.</summary>
    public string Programs => Path.Combine(Root, "programs");

    /// <summary>Messages that were handed over, and steps that are over.</summary>
    public string Journal => Path.Combine(Root, "journal.log");

    /// <summary>The silo's data.</summary>
    public string Silo => Path.Combine(Root, "silo");

    /// <summary>The result.</summary>
    public string Result => Path.Combine(Root, ResultFile);

    /// <summary>Begins a new trial.</summary>
    /// <exception cref="InvalidDataException">There is one in the folder, or it cannot be written.</exception>
    public static Folder Begin(string path, TrialPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (File.Exists(Path.Combine(path, PlanFile)))
        {
            throw new InvalidDataException($"--folder: '{path}' holds a trial already. Go on with it by --resume, or remove the folder, or name another.");
        }

        Directory.CreateDirectory(path);
        RequireSpace(path, plan);
        var keys = new Keys(WebhookReceiver.NewSecret(), "wk_trial", "sk_trial_" + Secret(), Secret());
        File.WriteAllText(Path.Combine(path, KeysFile), JsonSerializer.Serialize(keys));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(path, KeysFile), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        // The plan comes last: a folder that has one is a trial.
        File.WriteAllText(Path.Combine(path, PlanFile), plan.ToJson());
        return new Folder(path, plan, keys);
    }

    /// <summary>Opens a trial that was begun.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static Folder Open(string path)
    {
        var file = Path.Combine(path, PlanFile);
        if (!File.Exists(file))
        {
            throw new InvalidDataException($"--resume: '{path}' holds no trial. Begin one without --resume.");
        }

        return new Folder(path, JsonSerializer.Deserialize<TrialPlan>(File.ReadAllText(file))!, JsonSerializer.Deserialize<Keys>(File.ReadAllText(Path.Combine(path, KeysFile)))!);
    }

    // Measured: 11.5 KB a user after two days, 47.5 after twenty-one (docs/trial.md); rather too much than too little.
    static void RequireSpace(string path, TrialPlan plan)
    {
        var perUser = 10_000L + (2_200L * plan.Days);
        var free = new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
        if (free < plan.Users * perUser)
        {
            throw new InvalidDataException($"--folder: '{path}' has {free / 1_000_000:N0} MB free; a trial of {plan.Users:N0} users needs about {plan.Users * perUser / 1_000_000:N0} MB. Name another folder or fewer --users.");
        }
    }

    static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
}

/// <summary>Keys of a trial's silo.</summary>
/// <param name="Webhook">Secret that hand-overs are signed with.</param>
/// <param name="Write">Write key.</param>
/// <param name="Server">Server key.</param>
/// <param name="Password">The administrator's password.</param>
public sealed record Keys(string Webhook, string Write, string Server, string Password);
