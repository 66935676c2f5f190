using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Calendar.EventStore;
using Calendar.Server.Access;
using Calendar.Server.Accords;
using Calendar.Server.Anniversaries;
using Calendar.Server.AsOf;
using Calendar.Server.Associations;
using Calendar.Server.Changes;
using Calendar.Server.Facts;
using Calendar.Server.Feeds;
using Calendar.Server.Gaps;
using Calendar.Server.Health;
using Calendar.Server.Holidays;
using Calendar.Server.Http;
using Calendar.Server.Imports;
using Calendar.Server.Pages;
using Calendar.Server.Parties;
using Calendar.Server.Planning;
using Calendar.Server.Relationships;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Links;
using Calendar.Server.Reminders.Mail;
using Calendar.Server.Reminders.Webhooks;
using Calendar.Server.Rounds;
using Calendar.Server.Rules;
using Calendar.Server.Sealed;
using Calendar.Server.Subscriptions;
using Calendar.Server.Years;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.FileProviders;
using NodaTime;
using Npgsql;

namespace Calendar.Server;

/// <summary>Puts the service together: what the server, the CLI verbs and the tests share.</summary>
internal static class CalendarApp
{
    // What is longer is refused in words up to four times as much, and without any beyond.
    private const int _longestAddress = 4096;

    /// <summary>Comparing, casing and formatting are the same everywhere, whatever the machine is set to.</summary>
    /// <exception cref="SettingException">Text cannot be normalised: the runtime has no ICU.</exception>
    public static void SetUpText()
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        if ("e\u0302\u0323".Normalize(NormalizationForm.FormC) is not "\u1ec7")
        {
            throw new SettingException("Vietnamese text cannot be normalised here: install ICU (apt-get install libicu-dev) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
        }
    }

    /// <summary>The log, its almanac and what works on them; without HTTP.</summary>
    public static IServiceCollection AddCalendar(this IServiceCollection services, Settings settings, NpgsqlDataSource source, IClock clock)
    {
        services.AddSingleton(settings).AddSingleton(source).AddSingleton(new CivilClock(clock, settings.Zone));
        services.AddSingleton<EventLog>().AddSingleton<LogTail>();
        services.AddSingleton<AlmanacFollower>().AddHostedService(provider => provider.GetRequiredService<AlmanacFollower>());
        services.AddSingleton<PastAlmanacs>();
        services.AddSingleton<TokenTable>().AddSingleton<TokenBook>().AddSingleton<TokenFollower>().AddSingleton<Tokens>();
        services.AddSingleton<SubscriptionTable>().AddSingleton<SubscriptionBook>().AddSingleton<SubscriptionFollower>();
        services.AddSingleton<CommandHandler>().AddSingleton<Importer>().AddSingleton<PackLoader>().AddSingleton<Readiness>();
        return services;
    }

    public static WebApplication Create(Settings settings, NpgsqlDataSource source, IClock clock)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(settings.Url.AbsoluteUri).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Body.MaxBytes;
            kestrel.Limits.MaxRequestLineSize = 4 * _longestAddress;
            kestrel.Limits.MaxConcurrentConnections = 5_000;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.MinResponseDataRate = new MinDataRate(2048, TimeSpan.FromSeconds(20));
        });
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Calendar.Server.Access", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning).AddFilter("Npgsql", LogLevel.Warning)
            // What is no request is told of with its first line, which may hold the token of a private link.
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.None)
            // What keeps it from starting is told in one line by the verb.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        builder.Services.AddCalendar(settings, source, clock);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlocks>();
        builder.Services.AddSingleton<CommandEndpoint>().AddSingleton<ImportEndpoint>().AddSingleton(new FeedWriter(settings.PublicUrl, settings.Zone)).AddSingleton<FeedCache>().AddSingleton(new TaskWriter(settings.PublicUrl, settings.Zone)).AddSingleton<TaskFeeds>().AddSingleton<Records>();
        builder.Services.AddSingleton<FeedCheck>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<SubscriptionFollower>());
        builder.Services.AddSingleton<ContactTable>().AddSingleton<ContactEndpoints>();
        AddReminders(builder.Services, settings);
        builder.Services.AddHostedService(provider => provider.GetRequiredService<TokenFollower>());
        builder.Services.AddSingleton<TokenUse>().AddHostedService(provider => provider.GetRequiredService<TokenUse>());
        builder.Services.AddSingleton<TokenEndpoints>().AddSingleton<RateLimits>();
        builder.Services.AddSingleton<SubscriptionEndpoints>().AddSingleton<PrivateFeedEndpoint>();
        builder.Services.AddSingleton<SubscriptionHealth>().AddHostedService(provider => provider.GetRequiredService<SubscriptionHealth>());
        builder.Services.AddSingleton<Seals>().AddHostedService<RoundRunner>();
        RoundRunner.Add<SealRound>(builder.Services);
        RoundRunner.Add<ReleaseRound>(builder.Services);
        RoundRunner.Add<PlanningRound>(builder.Services);
        builder.Services.ConfigureHttpJsonOptions(json => Json.Configure(json.SerializerOptions));
        builder.Services.AddRazorComponents();
        builder.Services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));

        // Pages post no forms yet, so there is no key worth keeping.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        TokenAuthentication.AddTo(builder.Services);
        OpenApi.AddTo(builder.Services);
        SecretAddresses.AddTo(builder.Services);
        builder.Services.AddOutputCache();

        var app = builder.Build();
        if (settings.Proxies.Length > 0)
        {
            app.UseForwardedHeaders(Forwarded(settings));
        }

        app.Use(Head.AnswerAsGet);
        app.Use(AnswerFailures);
        app.Use(app.Services.GetRequiredService<RateLimits>().AdmitAsync);
        app.Use(RefuseLongAddresses);
        app.UseStatusCodePages(context => Problems.WriteBareAsync(context.HttpContext));

        // Here and not in front of everything: feeds are answered from here, past what they have no use for.
        app.UseRouting();
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot")),
            RequestPath = "/assets",
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "max-age=3600",
        });
        app.Use(WaitForTheFold);
        app.Use(Answers.KeepPrivate);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseOutputCache();

        PartyEndpoints.Map(app);
        RelationshipEndpoints.Map(app);
        AccordEndpoints.Map(app);
        FactEndpoints.Map(app);
        AssociationEndpoints.Map(app);
        ContactEndpoints.Map(app);
        WebhookEndpoints.Map(app);
        ReminderEndpoints.Map(app);
        ReminderPolicyEndpoints.Map(app);
        DeliveryEndpoints.Map(app);
        BounceEndpoints.Map(app);
        LinkEndpoints.Map(app);
        SealedEndpoints.Map(app);
        RuleEndpoints.Map(app);
        AnniversaryEndpoints.Map(app);
        ChangeEndpoints.Map(app);
        YearEndpoints.Map(app);
        PlanEndpoints.Map(app);
        TaskEndpoints.Map(app);
        TemplateEndpoints.Map(app);
        LoadEndpoint.Map(app);
        GapEndpoints.Map(app);
        HolidayEndpoints.Map(app);
        ImportEndpoints.Map(app);
        TokenEndpoints.Map(app);
        SubscriptionEndpoints.Map(app);
        FeedEndpoints.Map(app);
        FeedCheckEndpoints.Map(app);
        PrivateFeedEndpoint.Map(app);
        DeadFeeds.Map(app);
        HealthEndpoints.Map(app);
        MetricsEndpoint.Map(app);
        UpcomingEndpoint.Map(app);
        // Made once: it is the same for everybody, whatever host they name.
        app.MapOpenApi("/openapi/v1.json").CacheOutput(cache => cache.Expire(TimeSpan.FromDays(1)).SetVaryByHost(false).SetVaryByQuery([])).NeedsNothing();
        return app;
    }

    private static void AddReminders(IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new AttemptLimits(settings.LongestAttempt)).AddSingleton<SignedLinks>();
        services.AddSingleton<WebhookTable>().AddSingleton<WebhookEndpoints>();
        services.AddSingleton(provider => new WebhookChannel(
            provider.GetRequiredService<WebhookTable>(), provider.GetRequiredService<CivilClock>(), settings, provider.GetRequiredService<AttemptLimits>()));
        services.AddSingleton<IMailWay>(provider => settings.Mail is { } server
            ? new MailChannel(server, settings.MailSender, provider.GetRequiredService<AttemptLimits>(), TimeProvider.System)
            : new MailFolder(settings.DataFolder, settings.MailSender));
        services.AddSingleton<LinkEndpoints>().AddSingleton<ReminderEndpoints>().AddSingleton<DeliveryEndpoints>().AddSingleton<BounceEndpoints>().AddSingleton<Simulations>();
        services.AddSingleton<ReminderTable>().AddSingleton<Recipients>().AddSingleton<Delivery>().AddSingleton<DeliveryGuard>();
        services.AddSingleton<Dispatcher>().AddHostedService(provider => provider.GetRequiredService<Dispatcher>());
        services.AddMetrics().AddSingleton<Metrics>().AddSingleton<DeliveryWatch>().AddHostedService(provider => provider.GetRequiredService<DeliveryWatch>());
        RoundRunner.Add<ReminderRound>(services);
    }

    // Of a list of proxies that each name whom they answer, as far as they are all named; nothing else is taken from such headers.
    private static ForwardedHeadersOptions Forwarded(Settings settings)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in settings.Proxies)
        {
            options.KnownIPNetworks.Add(proxy);
        }

        return options;
    }

    private static Task RefuseLongAddresses(HttpContext context, RequestDelegate next) =>
        context.Request.Path.Value?.Length + context.Request.QueryString.Value?.Length > _longestAddress ? Problems.AddressTooLong.ExecuteAsync(context) : next(context);

    // An empty list with 200 would say that nothing is on record.
    private static Task WaitForTheFold(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        var isOfTheRecord = path == "/" || path.StartsWithSegments("/v1", StringComparison.Ordinal) || path.StartsWithSegments("/feeds", StringComparison.Ordinal)
            || path.StartsWithSegments("/r", StringComparison.Ordinal);
        return isOfTheRecord && context.RequestServices.GetRequiredService<AlmanacFollower>().State == FoldState.Folding
            ? Problems.Starting(context).ExecuteAsync(context)
            : next(context);
    }

    // One place turns failures into problem documents; what is not the caller's doing is logged.
    private static async Task AnswerFailures(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var answer = Problems.Of(e, context);
            if (answer is IStatusCodeHttpResult { StatusCode: 500 })
            {
                var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Calendar.Server.Requests");
                logger.RequestFailed(e, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "");
            }

            await answer.ExecuteAsync(context);
        }
    }
}
