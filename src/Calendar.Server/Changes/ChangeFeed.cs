using System.Text;
using System.Xml;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Changes;
using Calendar.Server.Facts;
using Calendar.Server.Feeds;
using Calendar.Server.Http;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Changes;

/// <summary>The newest changes as an Atom feed (RFC 4287): the same record and day, the same bytes.</summary>
internal static class ChangeFeed
{
    public const string MediaType = "application/atom+xml; charset=utf-8";

    private const string _atom = "http://www.w3.org/2005/Atom";
    private const int _entries = 100;
    private const int _days = 90;

    // A first load may have recorded a hundred thousand facts: no reader wants to go through all of them.
    private const int _events = 2_000;

    /// <param name="self">The canonical address, from the path on.</param>
    public static IResult Answer(Almanac almanac, AnniversaryQuery within, Language language, CivilClock clock, string publicUrl, string self)
    {
        var since = Instant.Max(clock.Now - Duration.FromDays(_days), almanac.Behind(_events));
        var changes = almanac.Changes(since, Instant.MaxValue, within).TakeLast(_entries).Reverse().ToList();
        return new TaggedFeed(Write(changes, almanac, language, publicUrl, self));
    }

    private static byte[] Write(List<AnniversaryChange> changes, Almanac almanac, Language language, string publicUrl, string self)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
        {
            var home = almanac.LoadParty(almanac.Home).Name.In(language);
            xml.WriteStartElement("feed", _atom);
            xml.WriteAttributeString("xml", "lang", null, language.Name());
            xml.WriteElementString("id", _atom, publicUrl + self);
            xml.WriteElementString("title", _atom, new Text("Thay đổi của lịch kỷ niệm đối ngoại: ", "Changes of the diplomatic anniversaries: ").In(language) + home);
            xml.WriteElementString("updated", _atom, Format(changes is [var newest, ..] ? Instant.Max(newest.Cause.At, FeedFormat.Released) : FeedFormat.Released));
            Link(xml, "self", publicUrl + self);
            foreach (var change in changes)
            {
                Write(xml, change, language, publicUrl);
            }

            xml.WriteEndElement();
        }

        return buffer.ToArray();
    }

    private static void Write(XmlWriter xml, AnniversaryChange change, Language language, string publicUrl)
    {
        var (cause, x) = (change.Cause, change.Anniversary);
        xml.WriteStartElement("entry", _atom);

        // Public numbers are for ever, and so is an anniversary's id.
        xml.WriteElementString("id", _atom, $"urn:calendar:change:{cause.Number}:{x.Id}");
        xml.WriteElementString("title", _atom, x.Title.In(language));
        xml.WriteElementString("updated", _atom, Format(cause.At));
        xml.WriteStartElement("author", _atom);
        xml.WriteElementString("name", _atom, cause.Role.Name());
        xml.WriteEndElement();
        Link(xml, "alternate", publicUrl + Links.Explanation(x));
        foreach (var kind in change.Kinds)
        {
            xml.WriteStartElement("category", _atom);
            xml.WriteAttributeString("term", kind.Name());
            xml.WriteEndElement();
        }

        xml.WriteElementString("content", _atom, ChangeSentences.Tell(change).In(language));
        xml.WriteEndElement();
    }

    private static void Link(XmlWriter xml, string relation, string address)
    {
        xml.WriteStartElement("link", _atom);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("href", address);
        xml.WriteEndElement();
    }

    private static string Format(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    private sealed class TaggedFeed(byte[] body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            var known = Answers.IsKnown(httpContext, $"\"{ETags.Hash(body)}\"");
            response.Headers.CacheControl = "max-age=3600, stale-if-error=604800";
            if (known)
            {
                return Task.CompletedTask;
            }

            response.ContentType = MediaType;
            response.ContentLength = body.Length;
            return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }
}
