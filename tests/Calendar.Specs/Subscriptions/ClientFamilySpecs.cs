using Calendar.Subscriptions;
using FsCheck;
using FsCheck.Fluent;

namespace Calendar.Specs.Subscriptions;

/// <summary>Agents as they stand in the logs of calendar servers.</summary>
public sealed class ClientFamilySpecs
{
    [Theory]
    [InlineData("iOS/17.5.1 (21F90) dataaccessd/1.0")]
    [InlineData("iOS/6.1.3 (10B329) dataaccessd/1.0")]
    [InlineData("macOS/13.4 (22F66) dataaccessd/1.0")]
    [InlineData("macOS/14.5 (23F79) CalendarAgent/961.4.2")]
    [InlineData("Mac_OS_X/10.9.5 (13F34) CalendarAgent/176.2")]
    [InlineData("DAVKit/4.0.3 (732.2); CalendarStore/4.0.4 (997.7); iCal/4.0.4 (1395.7); Mac OS X/10.6.8 (10K549)")]
    [InlineData("Calendar/3107.5.1 CFNetwork/1404.0.5 Darwin/22.3.0")]
    public void Calendars_of_iPhones_and_Macs_are_apple(string agent) => Is(ClientFamily.Apple, agent);

    [Theory]
    [InlineData("Google-Calendar-Importer")]
    [InlineData("Mozilla/5.0 (compatible; Google-Calendar-Importer)")]
    public void Google_Calendar_is_google(string agent) => Is(ClientFamily.Google, agent);

    [Theory]
    [InlineData("Microsoft.Exchange/15.20 (Windows NT 10.0; Win64; x64)")]
    [InlineData("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17628; Pro)")]
    [InlineData("Microsoft.Office.Outlook/16.0")]
    [InlineData("Mozilla/4.0 (compatible; ms-office; MSOffice rmj)")]
    [InlineData("Outlook-iOS/2.0")]
    public void Outlook_and_Exchange_are_microsoft(string agent) => Is(ClientFamily.Microsoft, agent);

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.10.1")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:60.0) Gecko/20100101 Thunderbird/60.9.0 Lightning/6.2.9")]
    public void Thunderbird_is_thunderbird_though_it_says_Mozilla(string agent) => Is(ClientFamily.Thunderbird, agent);

    [Theory]
    [InlineData("ICSx5/2.4.3 (ical4j/3.2.19 okhttp/5.3.2 Android/16)")]
    [InlineData("DAVx5/4.4.1-ose (2024/08/01; dav4jvm; okhttp/4.12.0) Android/14")]
    [InlineData("Simple Calendar")]
    [InlineData("aCalendar+ 2.8.1")]
    [InlineData("Dalvik/2.1.0 (Linux; U; Android 8.0.0; SM-G930V Build/R16NW)")]
    [InlineData("okhttp/4.12.0")]
    public void Apps_on_Android_are_android(string agent) => Is(ClientFamily.Android, agent);

    [Theory]
    [InlineData("Nextcloud Webcal Service")]
    [InlineData("Nextcloud Webcal Crawler")]
    public void Nextcloud_is_nextcloud(string agent) => Is(ClientFamily.Nextcloud, agent);

    [Theory]
    [InlineData("Evolution/3.60.2")]
    [InlineData("evolution-data-server/3.44.4")]
    [InlineData("gnome-calendar/45.0")]
    public void Evolution_and_GNOME_are_gnome(string agent) => Is(ClientFamily.Gnome, agent);

    [Fact]
    public void Proton_is_proton() => Is(ClientFamily.Proton, "ProtonCalendar/1.0");

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36")]
    public void Browsers_are_browsers_on_whatever_they_run(string agent) => Is(ClientFamily.Browser, agent);

    [Theory]
    [InlineData("curl/8.5.0")]
    [InlineData("Wget/1.21.3")]
    [InlineData("python-requests/2.32.3")]
    [InlineData("Python-urllib/3.12")]
    [InlineData("Go-http-client/2.0")]
    [InlineData("Java/17.0.2")]
    [InlineData("Apache-HttpClient/4.5.14 (Java/21.0.1)")]
    [InlineData("Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4522")]
    public void Libraries_and_shells_are_scripts(string agent) => Is(ClientFamily.Script, agent);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("Mozilla/5.0 (compatible)")]
    [InlineData("WordPress/7.1 ICS Calendar/12.1.3.1")]
    [InlineData("\u0000\uD800 قائمة \u202E")]
    public void Whatever_is_none_of_them_is_other(string agent) => Is(ClientFamily.Other, agent);

    [Fact]
    public void What_stands_behind_500_characters_is_not_read() => Is(ClientFamily.Other, new string('x', 500) + "curl/8.5.0");

    [Fact]
    public void Any_text_has_a_family() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<string?>(agent => Enum.IsDefined(ClientFamilies.Of(agent))));

    private static void Is(ClientFamily family, string agent)
    {
        Assert.Equal(family, ClientFamilies.Of(agent));
        Assert.Equal(family, ClientFamilies.Of(agent.ToUpperInvariant()));
    }
}
