using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.HttpOverrides;

namespace Calendar.Server.Http;

/// <summary>
/// So many requests a minute from one address prefix (IPv4 /24, IPv6 /48), and so many with one token. Callers on this machine are not
/// limited: they are its operator, or a proxy that nobody has named, whose callers are not to share one limit. Health is never limited.
/// </summary>
internal sealed class RateLimits
{
    /// <summary>A token that opens nothing counts as so many requests, or as all that are left.</summary>
    private const int _guess = 100;

    private readonly Buckets? _addresses;
    private readonly Buckets? _tokens;
    private readonly Settings _settings;

    public RateLimits(Settings settings)
    {
        _settings = settings;
        _addresses = settings.RateAddress == 0 ? null : new Buckets(settings.RateAddress);
        _tokens = settings.RateToken == 0 ? null : new Buckets(settings.RateToken);
    }

    /// <summary>The middleware.</summary>
    public Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (_addresses is null || Limited(context) is not { } address || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
        {
            return next(context);
        }

        return Take(_addresses.Of(PrefixHash(address)), 1) is { } wait ? Problems.TooManyRequests(context, wait).ExecuteAsync(context) : next(context);
    }

    /// <exception cref="RefusedRequestException">The token asks too often.</exception>
    public void CountToken(HttpContext context, string id)
    {
        if (_tokens is not null && Limited(context) is not null && Take(_tokens.Of(string.GetHashCode(id, StringComparison.Ordinal)), 1) is { } wait)
        {
            throw new RefusedRequestException(Problems.TooManyRequests(context, wait));
        }
    }

    /// <summary>Somebody has sent a token that opens nothing.</summary>
    public void CountGuess(HttpContext context)
    {
        if (_addresses is null || Limited(context) is not { } address)
        {
            return;
        }

        var bucket = _addresses.Of(PrefixHash(address));
        if (Take(bucket, Math.Min(_guess, _settings.RateAddress)) is not null && bucket.GetStatistics() is { CurrentAvailablePermits: > 0 and var left })
        {
            Take(bucket, (int)left);
        }
    }

    // Null when there were so many left, else how long to wait for them.
    private static TimeSpan? Take(TokenBucketRateLimiter bucket, int requests)
    {
        using var lease = bucket.AttemptAcquire(requests);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1);
    }

    // Null for who is not limited.
    private IPAddress? Limited(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            // A socket of this machine.
            return null;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(address) && !IsProxied(context, address) ? null : address;
    }

    // Who comes through a named proxy, or is one, is no caller on this machine, whatever address was told.
    private bool IsProxied(HttpContext context, IPAddress address) =>
        _settings.Proxies.Length > 0
        && (context.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName) || _settings.Proxies.Any(proxy => proxy.Contains(address)));

    private static int PrefixHash(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        var hash = new HashCode();
        hash.AddBytes(octets[..(address.AddressFamily == AddressFamily.InterNetwork ? 3 : 6)]);
        return hash.ToHashCode();
    }

    /// <summary>As many buckets as there will ever be: under a storm of addresses some share one. Which do is another matter in every process.</summary>
    private sealed class Buckets(int perMinute)
    {
        // A whole number of requests comes back at a time, of small limits one.
        private readonly TokenBucketRateLimiterOptions _options = new()
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromMinutes((double)Math.Max(1, perMinute / 60) / perMinute),
            AutoReplenishment = false,
        };

        private readonly TokenBucketRateLimiter?[] _all = new TokenBucketRateLimiter?[1 << 14];

        public TokenBucketRateLimiter Of(int hash)
        {
            ref var place = ref _all[hash & (_all.Length - 1)];
            var bucket = Volatile.Read(ref place) ?? Make(ref place);
            bucket.TryReplenish();
            return bucket;
        }

        private TokenBucketRateLimiter Make(ref TokenBucketRateLimiter? place)
        {
            var made = new TokenBucketRateLimiter(_options);
            if (Interlocked.CompareExchange(ref place, made, null) is not { } first)
            {
                return made;
            }

            made.Dispose();
            return first;
        }
    }
}
