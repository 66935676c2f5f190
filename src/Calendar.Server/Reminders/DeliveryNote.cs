using System.Text.Json;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>How far deliveries have come, as it was noted beside the database: by this a database is known that has gone back.</summary>
/// <param name="SystemIdentifier">Of the cluster.</param>
/// <param name="Position">Of the log.</param>
/// <param name="Event">The event there; null for an empty log.</param>
/// <param name="Delivery">The last number that a delivery drew.</param>
internal sealed record DeliveryNote(long SystemIdentifier, long Position, Guid? Event, long Delivery, Instant Noted)
{
    private const string _file = "deliveries.json";

    private static readonly JsonSerializerOptions _json = MakeJson();

    /// <returns>Null where there is none.</returns>
    /// <exception cref="InvalidDataException">It cannot be read: who removed half of it meant something.</exception>
    public static async Task<DeliveryNote?> ReadAsync(string folder, CancellationToken ct)
    {
        var path = Path.Combine(folder, _file);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<DeliveryNote>(await File.ReadAllBytesAsync(path, ct), _json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is damaged: remove it if nothing was restored since it was written.", e);
        }
    }

    /// <summary>Whole or not at all.</summary>
    public async Task WriteAsync(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, _file);
        var temporary = $"{path}.{Environment.ProcessId}";
        await File.WriteAllBytesAsync(temporary, JsonSerializer.SerializeToUtf8Bytes(this, _json), ct);
        File.Move(temporary, path, overwrite: true);
    }

    private static JsonSerializerOptions MakeJson()
    {
        var json = new JsonSerializerOptions();
        Json.Configure(json);
        return json;
    }
}
