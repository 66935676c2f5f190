using System.Text.Json;

namespace Calendar.Server.Http;

/// <summary>A JSON answer with an entity tag, conditional, HEAD included.</summary>
internal static class Answers
{
    /// <param name="version">The stream's version for an answer of one stream; null for lists.</param>
    public static IResult Tagged<T>(T value, long? version = null, int status = StatusCodes.Status200OK) =>
        new TaggedAnswer(JsonSerializer.SerializeToUtf8Bytes(value, Json.Options), "application/json; charset=utf-8", version, status);

    public static IResult Tagged(byte[] body, string contentType) => new TaggedAnswer(body, contentType, null, StatusCodes.Status200OK);

    private sealed class TaggedAnswer(byte[] body, string contentType, long? version, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var (request, response) = (httpContext.Request, httpContext.Response);
            var tag = version is null ? $"\"{ETags.Hash(body)}\"" : $"\"v{version}-{ETags.Hash(body)}\"";
            response.Headers.ETag = tag;
            response.Headers.Vary = "Accept, Authorization, Cookie";
            response.Headers.CacheControl = request.Headers.Authorization.Count > 0 ? "private, no-store" : "no-cache";
            if (status == StatusCodes.Status200OK && HttpMethods.IsGet(request.Method)
                && ETags.IsNotModified(request, tag, null))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            response.StatusCode = status;
            response.ContentType = contentType;
            response.ContentLength = body.Length;
            return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }
}
