using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Calendar.Server.Health;

/// <summary>
/// What the meters of this service (<c>Calendar.*</c>) measure, in the text format of Prometheus (0.0.4): named as OpenTelemetry does, with the unit and
/// <c>_total</c> behind the name.
/// </summary>
internal sealed class Metrics : IDisposable
{
    private readonly Lock _writing = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, Measured> _instruments = [];

    public Metrics(IMeterFactory meters)
    {
        // Not those of another service in this process.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("Calendar.", StringComparison.Ordinal) && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, meters)))
            {
                listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, static one => new Measured(one)));
            }
        };
        _listener.MeasurementsCompleted = (instrument, measured) => _instruments.TryRemove(instrument, out _);
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, measured) => ((Measured)measured!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, measured) => ((Measured)measured!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, measured) => ((Measured)measured!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, measured) => ((Measured)measured!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, measured) => ((Measured)measured!).Record(value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, measured) => ((Measured)measured!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, measured) => ((Measured)measured!).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>Everything as of now.</summary>
    public string Write()
    {
        lock (_writing)
        {
            foreach (var measured in _instruments.Values)
            {
                measured.Forget();
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var same in _instruments.Values.GroupBy(measured => measured.Name, StringComparer.Ordinal).OrderBy(same => same.Key, StringComparer.Ordinal))
            {
                // A name says one thing: of two meters that say it, the first.
                same.First().Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>An instrument's name and unit as Prometheus has them.</summary>
    internal static string NameOf(string name, string? unit, bool isCounter)
    {
        var words = Word(name);
        var suffix = unit switch
        {
            null or "" or "1" => null,
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "%" => "percent",
            _ when unit.StartsWith('{') => null,
            _ => Word(unit),
        };
        words = suffix is null || words.EndsWith("_" + suffix, StringComparison.Ordinal) ? words : $"{words}_{suffix}";
        return !isCounter || words.EndsWith("_total", StringComparison.Ordinal) ? words : words + "_total";
    }

    /// <summary>A label's value, or with <paramref name="isHelp"/> a help text, in which quotes may stand.</summary>
    internal static string Escape(string text, bool isHelp = false)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isHelp ? escaped : escaped.Replace("\"", "\\\"", StringComparison.Ordinal);
    }

    private static string Word(string text)
    {
        var word = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                word.Append(c);
            }
            else if (word.Length > 0 && word[^1] != '_')
            {
                word.Append('_');
            }
        }

        var whole = word.ToString().TrimEnd('_');
        return whole.Length == 0 || char.IsAsciiDigit(whole[0]) ? "_" + whole : whole;
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>What an instrument has measured, by its labels.</summary>
    private sealed class Measured
    {
        // Labels are ours and few; whoever makes one of what callers send is not to fill the memory with it.
        private const int _mostSeries = 1_000;

        private static readonly double[] _usualBuckets = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

        private readonly Lock _recording = new();
        private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly string? _help;
        private readonly string _type;
        private readonly bool _isObserved, _isSummed;
        private readonly double[] _buckets;

        public Measured(Instrument instrument)
        {
            var kind = instrument.GetType().GetGenericTypeDefinition();
            var isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
            (_help, _isObserved) = (instrument.Description, instrument.IsObservable);
            _type = isCounter ? "counter" : kind == typeof(Histogram<>) ? "histogram" : "gauge";
            _isSummed = kind == typeof(Counter<>) || kind == typeof(UpDownCounter<>);
            _buckets = _type != "histogram" ? [] : instrument switch
            {
                Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
                Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
                _ => _usualBuckets,
            };
            Name = NameOf(instrument.Name, instrument.Unit, isCounter);
        }

        public string Name { get; }

        /// <summary>What is observed is asked for each time, and what is not observed any more has gone.</summary>
        public void Forget()
        {
            if (_isObserved)
            {
                lock (_recording)
                {
                    _series.Clear();
                }
            }
        }

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = Labels(tags);
            lock (_recording)
            {
                if (!_series.TryGetValue(labels, out var series))
                {
                    if (_series.Count == _mostSeries)
                    {
                        return;
                    }

                    _series.Add(labels, series = new Series(new long[_buckets.Length]));
                }

                series.Value = _isSummed || _type == "histogram" ? series.Value + value : value;
                series.Count++;
                for (var bucket = 0; bucket < _buckets.Length; bucket++)
                {
                    series.UpTo[bucket] += value <= _buckets[bucket] ? 1 : 0;
                }
            }
        }

        public void Write(StringBuilder text)
        {
            lock (_recording)
            {
                if (_series.Count == 0)
                {
                    return;
                }

                text.Append(_help is null ? "" : $"# HELP {Name} {Escape(_help, isHelp: true)}\n").Append(CultureInfo.InvariantCulture, $"# TYPE {Name} {_type}\n");
                foreach (var (labels, series) in _series.OrderBy(one => one.Key, StringComparer.Ordinal))
                {
                    Write(text, labels, series);
                }
            }
        }

        private void Write(StringBuilder text, string labels, Series series)
        {
            var whole = labels.Length == 0 ? "" : $"{{{labels}}}";
            if (_type != "histogram")
            {
                text.Append(CultureInfo.InvariantCulture, $"{Name}{whole} {Number(series.Value)}\n");
                return;
            }

            var before = labels.Length == 0 ? "" : labels + ",";
            for (var bucket = 0; bucket < _buckets.Length; bucket++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{before}le=\"{Number(_buckets[bucket])}\"}} {series.UpTo[bucket]}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{before}le=\"+Inf\"}} {series.Count}\n{Name}_sum{whole} {Number(series.Value)}\n{Name}_count{whole} {series.Count}\n");
        }

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.IsEmpty)
            {
                return "";
            }

            var labels = new List<string>(tags.Length);
            foreach (var (name, value) in tags)
            {
                labels.Add($"{Word(name)}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")}\"");
            }

            labels.Sort(StringComparer.Ordinal);
            return string.Join(',', labels);
        }

        private sealed class Series(long[] upTo)
        {
            public double Value { get; set; }

            public long Count { get; set; }

            /// <summary>How many were at most as large as each bucket.</summary>
            public long[] UpTo { get; } = upTo;
        }
    }
}
