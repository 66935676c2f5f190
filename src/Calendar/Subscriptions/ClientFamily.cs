namespace Calendar.Subscriptions;

/// <summary>The kinds of programs that read calendar feeds, as far as they tell them apart.</summary>
public enum ClientFamily
{
    /// <summary>None of the others, or it does not say.</summary>
    Other,
    Apple,
    Google,
    Microsoft,
    Thunderbird,
    Android,
    Nextcloud,

    /// <summary>Evolution, GNOME Calendar and what else reads through its data server.</summary>
    Gnome,
    Proton,
    Browser,

    /// <summary>curl and the HTTP libraries of programming languages.</summary>
    Script,
}

/// <summary>From what a client calls itself (<c>User-Agent</c>) to its family. Anything may stand there, of any length.</summary>
public static class ClientFamilies
{
    private const int _longest = 500;

    // The first that fits: most call themselves Mozilla, and some name whom they imitate after themselves.
    private static readonly (ClientFamily Family, string[] Words)[] _words =
    [
        (ClientFamily.Google, ["Google-Calendar-Importer"]),
        (ClientFamily.Thunderbird, ["Thunderbird", "Lightning/", "Betterbird"]),
        (ClientFamily.Nextcloud, ["Nextcloud", "ownCloud"]),
        (ClientFamily.Android, ["ICSx5", "DAVx5", "ICSdroid", "aCalendar", "Simple Calendar", "Simple-Calendar", "Fossify", "Etar", "Dalvik/", "okhttp/"]),
        (ClientFamily.Microsoft, ["Microsoft", "Outlook", "Exchange", "ms-office", "MSOffice"]),
        (ClientFamily.Apple, ["dataaccessd", "CalendarAgent", "CalendarStore", "CoreDAV", "remindd", "iCal/", "CFNetwork"]),
        (ClientFamily.Gnome, ["Evolution", "gnome-calendar", "GNOME Calendar"]),
        (ClientFamily.Proton, ["Proton"]),
        (ClientFamily.Script,
        [
            "curl/", "Wget", "python", "aiohttp", "Go-http-client", "node-fetch", "undici", "axios", "Java/", "Java-http-client", "HttpClient", "libwww-perl", "Guzzle", "Ruby", "PowerShell",
            "PostmanRuntime", "HTTPie",
        ]),
        (ClientFamily.Browser, ["Chrome/", "Firefox/", "Safari/", "Opera/", "Edg/"]),
    ];

    public static ClientFamily Of(ReadOnlySpan<char> agent)
    {
        agent = agent[..Math.Min(agent.Length, _longest)];
        foreach (var (family, words) in _words)
        {
            foreach (var word in words)
            {
                if (agent.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return family;
                }
            }
        }

        return ClientFamily.Other;
    }
}
