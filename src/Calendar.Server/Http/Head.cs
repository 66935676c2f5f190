namespace Calendar.Server.Http;

/// <summary>Whatever can be read can be asked for its headers (RFC 9110, 9.3.2): routes know GET only, and the server sends no body to a HEAD.</summary>
internal static class Head
{
    private static readonly object _asked = new();

    public static Task AnswerAsGet(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
            context.Items[_asked] = _asked;
        }

        return next(context);
    }

    /// <summary>Whether the headers alone were asked for.</summary>
    public static bool IsAsked(HttpContext context) => context.Items.ContainsKey(_asked);
}
