using System.Buffers;
using System.Text.Json;

namespace Calendar.EventStore;

/// <summary>An append that waits for its answer, with all that can be made ready on its caller's thread.</summary>
internal sealed class PendingAppend(Append append, int bytes, CancellationToken ct)
{
    // Continuations run elsewhere: the writer must not be held up by a caller's code.
    private readonly TaskCompletionSource<AppendResult> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Append Append { get; } = append;

    public int Bytes { get; } = bytes;

    /// <summary>The envelope as the column <c>headers</c> holds it; the ids have columns of their own.</summary>
    public ReadOnlyMemory<byte> Headers { get; } = WriteHeaders(append.Envelope);

    public long NewVersion => Append.ExpectedVersion + Append.Events.Count;

    /// <summary>The caller no longer waits. Read before the append is begun; later it no longer matters.</summary>
    public bool Abandoned => ct.IsCancellationRequested;

    public Task<AppendResult> Answer => answer.Task;

    public void Resolve(AppendResult result) => answer.TrySetResult(result);

    public void Fail(Exception exception) => answer.TrySetException(exception);

    private static ReadOnlyMemory<byte> WriteHeaders(Envelope envelope)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("actor"u8, envelope.Actor);
        json.WriteString("role"u8, envelope.Role);
        if (envelope.Reason is not null)
            json.WriteString("reason"u8, envelope.Reason);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
