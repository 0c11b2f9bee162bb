using Aampe.Agents.Worlds;

namespace Aampe.Agents.WorldsApp;

/// <summary>The world that comes with this app: few enough messages and users to live through the whole product in minutes.</summary>
public static class SmallWorld
{
    /// <summary>Its file.</summary>
    public static string File => Path.Combine(AppContext.BaseDirectory, "small", "shop.json");

    /// <summary>The world.</summary>
    public static World Shop => WorldFile.Read(File);
}
