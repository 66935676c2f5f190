using System.Text.Json;

namespace Calendar.Server.Http;

/// <summary>A JSON answer with an entity tag, conditional, HEAD included.</summary>
internal static class Answers
{
    /// <param name="version">The stream's version for an answer of one stream; null for lists.</param>
    public static IResult Tagged<T>(T value, long? version = null, int status = StatusCodes.Status200OK) =>
        new TaggedAnswer(JsonSerializer.SerializeToUtf8Bytes(value, Json.Options), "application/json; charset=utf-8", version, status);

    /// <summary>Sets the headers that tell caches what this is. Whoever has it already needs no more: then the answer is complete.</summary>
    public static bool IsKnown(HttpContext context, string tag, int status = StatusCodes.Status200OK)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept, Authorization, Cookie";
        response.Headers.CacheControl = request.Headers.Authorization.Count > 0 ? "private, no-store" : "no-cache";
        var known = status == StatusCodes.Status200OK && HttpMethods.IsGet(request.Method) && ETags.IsNotModified(request, tag, null);
        response.StatusCode = known ? StatusCodes.Status304NotModified : status;
        return known;
    }

    private sealed class TaggedAnswer(byte[] body, string contentType, long? version, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            if (IsKnown(httpContext, version is null ? $"\"{ETags.Hash(body)}\"" : $"\"v{version}-{ETags.Hash(body)}\"", status))
            {
                return Task.CompletedTask;
            }

            response.ContentType = contentType;
            response.ContentLength = body.Length;
            return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }
}
