using System.Text.Json;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>How far deliveries have come, as it was noted beside the database: by this a database is known that has gone back.</summary>
/// <param name="Place">Where the database lies.</param>
/// <param name="Position">Of the log.</param>
/// <param name="Delivery">The last number that a delivery drew.</param>
/// <param name="Event">The event at the position; null for an empty log.</param>
/// <param name="Released">The last release of held deliveries by then.</param>
internal sealed record DeliveryNote(string Place, long Position, long Delivery, Instant Noted, Guid? Event = null, Instant? Released = null)
{
    private const string _file = "deliveries.json";

    private static readonly JsonSerializerOptions _json = new(Json.Options) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    /// <returns>Null where there is none.</returns>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static async Task<DeliveryNote?> ReadAsync(string folder, CancellationToken ct)
    {
        var path = Path.Combine(folder, _file);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<DeliveryNote>(await File.ReadAllBytesAsync(path, ct), _json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is damaged.", e);
        }
    }

    /// <summary>What cannot be read is kept for whoever looks after it, and is in the way no more.</summary>
    public static void SetAside(string folder)
    {
        var path = Path.Combine(folder, _file);
        File.Move(path, path + ".damaged", overwrite: true);
    }

    /// <summary>Whole or not at all, also where the power fails.</summary>
    public async Task WriteAsync(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, _file);
        var unfinished = $"{path}.{Environment.ProcessId}";
        await using (var file = File.Create(unfinished))
        {
            await JsonSerializer.SerializeAsync(file, this, _json, ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
