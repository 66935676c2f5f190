namespace Calendar.EventStore;

/// <summary>What the log held, under the append lock, of all that a group of appends touches.</summary>
internal sealed class LogState
{
    public Dictionary<string, long> Versions { get; } = new(StringComparer.Ordinal);

    public Dictionary<Guid, string> Facts { get; } = [];

    public Dictionary<(string Caller, string Key), StoredOutcome> Outcomes { get; } = [];

    /// <summary>Position by id of those last events of the group's appends that are stored already.</summary>
    public Dictionary<Guid, long> Stored { get; } = [];
}

/// <summary>
/// Decides a group of appends in the order they came: which are stored, and what each caller is answered if they are.
/// Each is judged by what those before it leave. Without a <see cref="LogState"/> the first append to a stream is believed
/// and facts and keys are taken for new: <c>calendar.append_events</c> then raises unless all of that is so.
/// </summary>
internal sealed class AppendPlan
{
    private readonly List<Step> steps = [];
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, string> facts = [];
    private readonly Dictionary<(string Caller, string Key), StoredOutcome> outcomes = [];

    /// <summary>Plans the group anew and fills <paramref name="rows"/> with what is to be stored.</summary>
    public void Make(IReadOnlyList<PendingAppend> group, LogState? state, AppendRows rows)
    {
        rows.Clear();
        steps.Clear();
        versions.Clear();
        facts.Clear();
        outcomes.Clear();

        foreach (var pending in group)
        {
            var answer = Judge(pending, state);
            if (answer is null)
            {
                rows.Add(pending);
                Note(pending);
            }

            steps.Add(new Step(pending, answer, rows.EventCount - 1));
        }
    }

    /// <summary>Whether anything is to be stored.</summary>
    public bool Stores => steps.Exists(step => step.Answer is null);

    /// <summary>Answers every caller, once the transaction is committed.</summary>
    /// <param name="positions">Those of the stored events, in order.</param>
    public void Resolve(long[] positions)
    {
        foreach (var (pending, answer, lastEvent) in steps)
        {
            pending.Resolve(answer ?? new AppendResult.Appended(
                pending.NewVersion,
                pending.Append.Events.Count == 0 ? 0 : positions[lastEvent]));
        }
    }

    /// <summary>The answer to an append that is not stored (again), or null for one that is.</summary>
    private AppendResult? Judge(PendingAppend pending, LogState? state)
    {
        var append = pending.Append;

        // Stored by an earlier attempt whose answer was lost.
        if (state is not null && append.Events.Count > 0 && state.Stored.TryGetValue(append.Events[^1].Id, out var position))
            return new AppendResult.Appended(pending.NewVersion, position);

        if (append.Idempotency is { } guard)
        {
            var key = (guard.Caller, guard.Key);
            if (outcomes.TryGetValue(key, out var outcome) || state?.Outcomes.TryGetValue(key, out outcome) == true)
                return new AppendResult.Repeated(outcome!);
        }

        var version = VersionOf(append.StreamId, append.ExpectedVersion, state);
        if (version != append.ExpectedVersion)
            return new AppendResult.Conflict(version);
        if (append.Beside is { } beside && VersionOf(beside.StreamId, beside.Version, state) is var other && other != beside.Version)
            return new AppendResult.Conflict(other, beside.StreamId);

        foreach (var fact in append.NewFacts)
        {
            if (facts.TryGetValue(fact, out var holder) || state?.Facts.TryGetValue(fact, out holder) == true)
                return new AppendResult.FactTaken(fact, holder!);
        }

        return null;
    }

    private long VersionOf(string stream, long expected, LogState? state) =>
        versions.TryGetValue(stream, out var left) ? left : state is null ? expected : state.Versions.GetValueOrDefault(stream);

    private void Note(PendingAppend pending)
    {
        var append = pending.Append;
        if (append.Beside is { } beside)
            versions[beside.StreamId] = beside.Version;
        versions[append.StreamId] = pending.NewVersion;
        foreach (var fact in append.NewFacts)
            facts[fact] = append.StreamId;
        if (append.Idempotency is { } guard)
        {
            outcomes[(guard.Caller, guard.Key)] = new StoredOutcome(
                guard.RequestHash, guard.Status, append.StreamId.Length == 0 ? null : append.StreamId, pending.NewVersion);
        }
    }

    private readonly record struct Step(PendingAppend Pending, AppendResult? Answer, int LastEvent);
}
