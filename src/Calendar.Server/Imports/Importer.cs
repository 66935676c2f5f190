using System.Text.Json;
using System.Text.Unicode;
using Calendar.Almanacs;
using Calendar.Commands;
using Calendar.EventStore;
using NodaTime;

namespace Calendar.Server.Imports;

/// <summary>
/// Reads lines of commands, or tables of facts, and records them: each line is decided on a private fold of the log, and the appends run in
/// groups behind it, one a stream at a time. Where another writer got in between, that stream's lines are decided again by the
/// command handler, from there on all of them. A dry run stops before appending.
/// </summary>
internal sealed class Importer(EventLog log, CommandHandler handler, CivilClock clock, Settings settings)
{
    /// <summary>The advisory lock for one import at a time, on however many machines.</summary>
    public const string Lock = "calendar.import";

    private const int _inFlight = 256;

    private static readonly JsonDocumentOptions _options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <param name="files">Paths; their endings say what they hold.</param>
    /// <param name="progress">Told the number of lines read so far, now and then.</param>
    public Task<ImportReport> ImportAsync(IReadOnlyList<string> files, Actor actor, bool dryRun, Action<int> progress, CancellationToken ct) =>
        ImportAsync(files.Select(ImportFile.Open), actor, dryRun, progress, ct);

    /// <param name="files">Each is asked for when the one before is done, and closed.</param>
    public async Task<ImportReport> ImportAsync(IEnumerable<ImportFile> files, Actor actor, bool dryRun, Action<int> progress, CancellationToken ct)
    {
        var fold = new AlmanacFold(settings.Home);
        await AlmanacFollower.FoldAsync(log, fold, ct);

        var run = new Run(fold);
        foreach (var each in files)
        {
            await using var file = each;
            await foreach (var read in file.ReadAsync(ct))
            {
                var line = new Line(file, read.Number) { Warning = read.Warning };
                foreach (var wrong in read.Wrong)
                {
                    run.Refuse(line, wrong);
                }

                if (read.Json is { } json && Read(json, line, run) is { } command)
                {
                    await DecideAsync(command, line, run, actor, dryRun, ct);
                }

                if (++run.Lines % 500 == 0)
                {
                    progress(run.Lines);
                }
            }
        }

        await SettleAsync(run, actor, 0, ct);
        progress(run.Lines);
        return new ImportReport(run.Recorded, run.Already, run.LeftOut, run.Warned, run.Refused);
    }

    private static Command? Read(byte[] bytes, Line line, Run run)
    {
        ReadCommand read;
        try
        {
            if (!Utf8.IsValid(bytes))
            {
                throw new JsonException();
            }

            var json = JsonElement.Parse(bytes, _options);
            line.Key = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("key", out var key) && key.ValueKind == JsonValueKind.String ? key.GetString() : null;
            read = CommandReader.ReadLine(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter where a text holds an escape such as \ud800 without its second half.
            var column = (e as JsonException)?.BytePositionInLine + 1 ?? 1;
            run.Refuse(line, Rejection.Invalid("not-json", "", $"Dòng này không phải là JSON hợp lệ bằng UTF-8 (cột {column}).", $"This line is not valid JSON in UTF-8 (column {column})."));
            return null;
        }

        foreach (var error in read.Errors)
        {
            run.Refuse(line, error);
        }

        if (read.Command is LeaveOut leftOut)
        {
            run.LeftOut.Add(line.Report(Rejection.Invalid("left-out", "/" + leftOut.About, leftOut.Reason.Vi, leftOut.Reason.En)));
            return null;
        }

        return read.Command;
    }

    private async Task DecideAsync(Command command, Line line, Run run, Actor actor, bool dryRun, CancellationToken ct)
    {
        var decided = Decisions.Decide(run.Almanac, command, actor.Caller, clock.Moment);
        var (stream, version, decision) = decided;
        if (run.UnderWay.Contains(stream))
        {
            // What was decided stands on the stream's line before: first see whether that was stored.
            await SettleAsync(run, actor, 0, ct);
        }

        if (!dryRun && (run.Diverged.Contains(stream) || handler.IsContended(stream)))
        {
            // Somebody waits for his turn at this stream: the import queues behind him instead of overtaking with every line.
            run.Diverged.Add(stream);
            await HandleAsync(command, line, run, actor, ct);
            return;
        }

        if (decision.Rejection is { } rejection)
        {
            run.Refuse(line, rejection);
            return;
        }

        foreach (var warning in decision.Warnings)
        {
            run.Warned.Add(line.Report(line.File.Locate(warning)));
        }

        if (decision.Events.IsEmpty)
        {
            run.Already++;
            return;
        }

        if (line.Warning is { } unsaid)
        {
            run.Warned.Add(line.Report(unsaid));
        }

        run.Apply(stream, version, decision, actor.Role);
        if (dryRun)
        {
            run.Recorded++;
            return;
        }

        // The envelope names the line, so that whoever looks at an event finds where it came from.
        var append = EventMapping.ToAppend(decided, actor with { CorrelationId = line.Key }, null);
        run.Appends.Enqueue((line, command, stream, log.AppendAsync(append, ct)));
        run.UnderWay.Add(stream);
        await SettleAsync(run, actor, _inFlight, ct);
    }

    // Waits until at most so many appends are under way.
    private async Task SettleAsync(Run run, Actor actor, int most, CancellationToken ct)
    {
        while (run.Appends.Count > most)
        {
            var (line, command, stream, append) = run.Appends.Dequeue();
            var answer = await append;
            run.UnderWay.Remove(stream);
            if (answer is AppendResult.Appended)
            {
                run.Recorded++;
                continue;
            }

            // Another writer was faster than our private fold, which is of no use for this stream any more.
            run.Diverged.Add(stream);
            await HandleAsync(command, line, run, actor, ct);
        }
    }

    private async Task HandleAsync(Command command, Line line, Run run, Actor actor, CancellationToken ct)
    {
        switch (await handler.HandleAsync(command, actor with { CorrelationId = line.Key }, null, null, ct))
        {
            case Outcome.Done { Changed: true }:
                run.Recorded++;
                break;
            case Outcome.Done:
                run.Already++;
                break;
            case Outcome.Refused refused:
                run.Refuse(line, refused.Why);
                break;
        }
    }

    private sealed record Line(ImportFile File, int Number)
    {
        public string? Key { get; set; }

        public Rejection? Warning { get; init; }

        public LineReport Report(Rejection why) => new(File.Name, Number, Key, why);
    }

    private sealed class Run(AlmanacFold fold)
    {
        private long _position = fold.Position;

        public Almanac Almanac { get; private set; } = fold.Publish();

        public Queue<(Line Line, Command Command, string Stream, Task<AppendResult> Append)> Appends { get; } = new();

        /// <summary>The streams whose appends are not answered yet.</summary>
        public HashSet<string> UnderWay { get; } = new(StringComparer.Ordinal);

        /// <summary>The streams of which the log holds something else than the private fold.</summary>
        public HashSet<string> Diverged { get; } = new(StringComparer.Ordinal);

        public int Lines { get; set; }

        public int Recorded { get; set; }

        public int Already { get; set; }

        public LineReports LeftOut { get; } = new();

        public LineReports Warned { get; } = new();

        public LineReports Refused { get; } = new();

        public void Refuse(Line line, Rejection why) => Refused.Add(line.Report(line.File.Locate(why)));

        public void Apply(string stream, long version, Decision decision, Role role)
        {
            foreach (var e in decision.Events)
            {
                fold.Apply(new Recorded(++_position, stream, ++version, Instant.MinValue, role, null, e));
            }

            Almanac = fold.Publish();
        }
    }
}
