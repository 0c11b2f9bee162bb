namespace Aampe.Agents.SuperApp.World;

/// <summary>What a message of this app can be about and how it can sound: the labels of the program file.</summary>
public static class Labels
{
    /// <summary>Transactional features of the app.</summary>
    public static readonly string[] Features = ["rides", "food", "grocery"];

    public static readonly string[] Tones = ["warm", "brief", "playful"];

    public static readonly string[] Offers = ["discount", "points", "news"];

    /// <summary>Channels that the silo hands to this app by webhook.</summary>
    public static readonly string[] Channels = ["push", "email", "sms", "whatsapp"];

    /// <summary>View, cart and order of each feature.</summary>
    public static readonly string[][] Funnels =
    [
        ["Ride Searched", "Ride Requested", "Ride Completed"],
        ["Menu Viewed", "Food Cart Started", "Food Order Placed"],
        ["Aisle Viewed", "Basket Started", "Grocery Order Placed"],
    ];

    public const string Opened = "App Opened";
    public const string WalletViewed = "Wallet Viewed";
    public const string WalletOpened = "Wallet Opened";

    /// <summary>Part of the day of a local hour: morning, midday, afternoon, evening; the night counts as evening.</summary>
    public static int Part(int hour) => hour switch { >= 6 and < 11 => 0, >= 11 and < 15 => 1, >= 15 and < 19 => 2, _ => 3 };
}
