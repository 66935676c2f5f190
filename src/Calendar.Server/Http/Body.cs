using System.Text.Json;
using System.Text.Unicode;

namespace Calendar.Server.Http;

/// <summary>Reads a request's JSON body: at most 1 MB, application/json, valid UTF-8, no member twice.</summary>
internal static class Body
{
    public const int MaxBytes = 1 << 20;

    /// <summary>Of a request whose route says it all.</summary>
    public static ReadBody None { get; } = new([], JsonElement.Parse("{}"u8));

    private static readonly JsonDocumentOptions _options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <exception cref="RefusedRequestException">It is none of that.</exception>
    public static async Task<ReadBody> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!request.HasJsonContentType())
        {
            throw Refuse(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Gửi nội dung dạng application/json.", "Send the body as application/json.");
        }

        if (request.ContentLength > MaxBytes)
        {
            throw new RefusedRequestException(Problems.TooLarge);
        }

        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, ct);
        if (buffer.Length > MaxBytes)
        {
            throw new RefusedRequestException(Problems.TooLarge);
        }

        var bytes = buffer.ToArray();
        if (!Utf8.IsValid(bytes))
        {
            throw Refuse(StatusCodes.Status400BadRequest, "not-utf8", "Nội dung không phải là UTF-8 hợp lệ.", "The body is not valid UTF-8.");
        }

        try
        {
            return new ReadBody(bytes, JsonElement.Parse(bytes, _options));
        }
        catch (InvalidOperationException)
        {
            // Looking for repeated members ends so when a name is an escape such as \ud800 without its second half.
            throw Refuse(
                StatusCodes.Status400BadRequest, "not-json",
                "Tên của một thành phần có ký tự Unicode hỏng.",
                "The name of a member holds half of a Unicode character.");
        }
        catch (JsonException e)
        {
            var (line, column) = (e.LineNumber + 1 ?? 1, e.BytePositionInLine + 1 ?? 1);
            throw Refuse(
                StatusCodes.Status400BadRequest, "not-json",
                $"Nội dung không phải là JSON hợp lệ (dòng {line}, cột {column}).",
                $"The body is not valid JSON (line {line}, column {column}), or a member stands twice.");
        }
    }

    private static RefusedRequestException Refuse(int status, string code, string vi, string en) =>
        new(Problems.Answer(status, code, new Text(vi, en)));
}

internal readonly record struct ReadBody(byte[] Bytes, JsonElement Json);
