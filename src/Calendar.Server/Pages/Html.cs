using Calendar.Server.Anniversaries;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Calendar.Server.Pages;

/// <summary>Pages are Razor components rendered on the server; no script, nothing from elsewhere.</summary>
internal static class Html
{
    public static RazorComponentResult Page<TPage>(HttpContext context, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where TPage : IComponent => Page<TPage>(context, null, parameters);

    /// <param name="spoken">What whoever the page is for speaks; null where only the browser knows.</param>
    public static RazorComponentResult Page<TPage>(HttpContext context, Language? spoken, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where TPage : IComponent
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        headers.Vary = "Accept, Accept-Language";
        var given = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Speech"] = new Speech(LanguageOf(context.Request, spoken), context.Request) };
        foreach (var (name, value) in parameters)
        {
            given.Add(name, value);
        }

        return new RazorComponentResult(typeof(TPage), given);
    }

    /// <summary>What the address says, else what is known, else the browser; Vietnamese when nobody knows.</summary>
    public static Language LanguageOf(HttpRequest request, Language? spoken)
    {
        if (Names<Language>.TryParse(request.Query["lang"], out var asked))
        {
            return asked;
        }

        if (spoken is { } known)
        {
            return known;
        }

        var accepted = request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1);
        foreach (var language in accepted)
        {
            if (Names<Language>.TryParse(language.Value.Value?.Split('-')[0].ToLowerInvariant(), out var accepts))
            {
                return accepts;
            }
        }

        return Language.Vi;
    }
}

/// <summary>The language of a page, and the same page in the other one.</summary>
public sealed record Speech(Language Language, HttpRequest Request)
{
    public string Tag => Language.Name();

    public string this[Text text] => text.In(Language);

    public string this[string vi, string en] => Language == Language.En ? en : vi;

    public string OtherTag => Language == Language.Vi ? "en" : "vi";

    /// <summary>Without a path: that of the page, which may hold a secret, is the base of it.</summary>
    public string OtherAddress
    {
        get
        {
            var query = Request.Query.Where(parameter => parameter.Key != "lang").SelectMany(
                parameter => parameter.Value, (parameter, value) => new KeyValuePair<string, string?>(parameter.Key, value));
            return QueryString.Create(query.Append(new("lang", OtherTag))).ToUriComponent();
        }
    }

    /// <summary>A partial date as people write it.</summary>
    public string Date(PartialDate date) => this[DateWords.Of(date)];
}
