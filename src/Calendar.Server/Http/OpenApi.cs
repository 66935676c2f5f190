using System.Text.Json.Nodes;
using Calendar.Access;
using Calendar.Associations;
using Calendar.Commands;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;
using Calendar.Server.Access;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Webhooks;
using Microsoft.OpenApi;
using NodaTime;

namespace Calendar.Server.Http;

/// <summary>The OpenAPI 3.1 document at <c>/openapi/v1.json</c>: the small values as strings, commands as request bodies.</summary>
internal static class OpenApi
{
    private static readonly Dictionary<Type, (string Pattern, string Example, string Description)> _strings = new()
    {
        [typeof(PartialDate)] = (@"^\d{4}(-\d{2}(-\d{2})?)?$", "1973-09-21", "A civil date as precise as known: year, month or day"),
        [typeof(LocalDate)] = (@"^\d{4}-\d{2}-\d{2}$", "2027-02-06", "A whole day"),
        [typeof(Instant)] = ("", "2027-01-31T09:00:00+07:00", "An instant with its offset from UTC"),
        [typeof(AnnualDate)] = (@"^--\d{2}-\d{2}$", "--09-02", "A month and day"),
        [typeof(LocalTime)] = (@"^\d{2}:\d{2}$", "08:00", "A time of day"),
        [typeof(FactId)] = ("", "0198c0de-0000-7000-8000-000000000000", "A UUID"),
        [typeof(ClaimId)] = ("", "0198c0de-0000-7000-8000-000000000000", "A UUID"),
        [typeof(PartyCode)] = ("^[A-Z0-9]+(-[A-Z0-9]+)*$", "JP", "A party's code"),
        [typeof(Pair)] = ("", "JP~VN", "Two codes in ordinal order"),
        [typeof(PlanId)] = ("", "cadence-2027", "A plan's name: cadence-{year}, or {fact}-{number of years}"),
        [typeof(TaskId)] = ("^[a-z0-9]+(-[a-z0-9]+)*$", "guests-hufo", "A task's name in its plan"),
        [typeof(CelebrationId)] = ("", "0198c0de-0000-7000-8000-000000000000", "A UUID"),
        [typeof(AnniversaryId)] = ("", "0198c0de-0000-7000-8000-000000000000/60", "A fact's id and the number of years"),
        [typeof(DueOffset)] = ("", "P-18M", "Calendar months and days before (-) or after the day"),
        [typeof(Slug)] = ("^[a-z0-9]+(-[a-z0-9]+)*$", "paris-1991", "A name in lower-case words"),
    };

    private static readonly Dictionary<Type, IReadOnlyList<string>> _names = new()
    {
        [typeof(FactKind)] = Names<FactKind>.All,
        [typeof(Confidence)] = Names<Confidence>.All,
        [typeof(PartyKind)] = Names<PartyKind>.All,
        [typeof(PartnershipLevel)] = Names<PartnershipLevel>.All,
        [typeof(AnnouncementStatus)] = Names<AnnouncementStatus>.All,
        [typeof(Tier)] = Names<Tier>.All,
        [typeof(LeapDayRule)] = Names<LeapDayRule>.All,
        [typeof(AssociationScope)] = Names<AssociationScope>.All,
        [typeof(Language)] = Names<Language>.All,
        [typeof(OwnerRole)] = Names<OwnerRole>.All,
        [typeof(TaskAnchor)] = Names<TaskAnchor>.All,
        [typeof(TaskState)] = Names<TaskState>.All,
        [typeof(DropCause)] = Names<DropCause>.All,
        [typeof(WebhookEnd)] = Names<WebhookEnd>.All,
        [typeof(ReminderKind)] = Names<ReminderKind>.All,
        [typeof(ReminderState)] = Names<ReminderState>.All,
        [typeof(ReminderReason)] = Names<ReminderReason>.All,
        [typeof(ReminderChannel)] = Names<ReminderChannel>.All,
        [typeof(Weekday)] = Names<Weekday>.All,
    };

    public static void AddTo(IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, context, _) =>
        {
            document.Servers = [new OpenApiServer { Url = context.ApplicationServices.GetRequiredService<Settings>().PublicUrl }];
            document.Info = new OpenApiInfo
            {
                Title = "Calendar",
                Version = "v1",
                Description = "Diplomatic anniversaries: what happened between countries, and when it is remembered.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "cal_…" },
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            Describe(type, schema);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<CommandBody>().FirstOrDefault() is { } body)
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/json"] = new() { Schema = SchemaOf(body) } },
                };
            }

            if (metadata.OfType<FileBody>().FirstOrDefault() is { } file)
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = file.ContentTypes.ToDictionary(type => type, _ => new OpenApiMediaType(), StringComparer.Ordinal),
                };
            }

            foreach (var parameter in metadata.OfType<QueryParameter>())
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = ParameterLocation.Query,
                    Description = parameter.Description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }

            if (metadata.OfType<NeedsToken>().SingleOrDefault()?.Permission is { } needed)
            {
                operation.Description = $"{operation.Description} Takes a token with the role {Permissions.RolesFor(needed).En}.".TrimStart();
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", context.Document)] = [] }];
                foreach (var (name, description, status) in new[]
                {
                    ("If-Match", "The ETag you decided on; a changed resource answers 412", StatusCodes.Status412PreconditionFailed),
                    ("Idempotency-Key", "Makes a repeat harmless for 48 hours", StatusCodes.Status409Conflict),
                })
                {
                    // Whatever reads a header refuses by it.
                    if (!metadata.OfType<Microsoft.AspNetCore.Http.Metadata.IProducesResponseTypeMetadata>().Any(answer => answer.StatusCode == status))
                    {
                        continue;
                    }

                    (operation.Parameters ??= []).Add(new OpenApiParameter
                    {
                        Name = name,
                        In = ParameterLocation.Header,
                        Description = description,
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    });
                }
            }

            return Task.CompletedTask;
        });
    });

    /// <summary>Documents the request body by the members that the command's reader asks for.</summary>
    /// <param name="command">A name of <see cref="CommandReader.Commands"/>.</param>
    /// <param name="route">The members that the route decides: not in the body.</param>
    public static RouteHandlerBuilder TakesCommand(this RouteHandlerBuilder builder, string command, params string[] route) =>
        builder.WithMetadata(new CommandBody(command, route)).RefusesWith(401, 403, 404, 409, 412, 413, 415, 422, 503);

    /// <summary>Documents a request body that is a file in one of these forms.</summary>
    public static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder builder, params string[] contentTypes) =>
        builder.TakesPublicFile(contentTypes).RefusesWith(401, 403, 409);

    /// <summary>The same, from anybody.</summary>
    public static RouteHandlerBuilder TakesPublicFile(this RouteHandlerBuilder builder, params string[] contentTypes) =>
        builder.WithMetadata(new FileBody(contentTypes)).RefusesWith(413, 415, 422, 503);

    /// <summary>Documents problem documents.</summary>
    public static RouteHandlerBuilder RefusesWith(this RouteHandlerBuilder builder, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            builder.Produces<Problem>(status, Problem.ContentType);
        }

        return builder;
    }

    /// <summary>Documents a parameter that <see cref="QueryReader"/> reads.</summary>
    public static RouteHandlerBuilder TakesQuery(this RouteHandlerBuilder builder, params ReadOnlySpan<(string Name, string Description)> parameters)
    {
        foreach (var (name, description) in parameters)
        {
            builder.WithMetadata(new QueryParameter(name, description));
        }

        return builder.RefusesWith(422);
    }

    private static OpenApiSchema SchemaOf(CommandBody body)
    {
        var members = CommandReader.MembersOf(body.Command).Where(member => !body.Route.Contains(member.Name, StringComparer.Ordinal)).ToList();
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalPropertiesAllowed = false,
            Properties = members.ToDictionary(member => member.Name, member => (IOpenApiSchema)(member.IsNullable ? OrNone(SchemaOf(member.Type)) : SchemaOf(member.Type)), StringComparer.Ordinal),
            Required = members.Where(member => member.IsRequired).Select(member => member.Name).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static OpenApiSchema OrNone(OpenApiSchema schema) => new() { AnyOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }], Description = "null for none" };

    private static OpenApiSchema SchemaOf(Type type)
    {
        var schema = new OpenApiSchema();
        if (type.IsArray)
        {
            schema.Type = JsonSchemaType.Array;
            schema.Items = SchemaOf(type.GetElementType()!);
        }
        else
        {
            schema.Type = type == typeof(bool) ? JsonSchemaType.Boolean : type == typeof(int) ? JsonSchemaType.Integer : JsonSchemaType.String;
            Describe(type, schema);
        }

        return schema;
    }

    // What the serializer cannot say of our small values.
    private static void Describe(Type type, OpenApiSchema schema)
    {
        if (_strings.TryGetValue(type, out var text))
        {
            schema.Type = JsonSchemaType.String;
            schema.Pattern = text.Pattern.Length > 0 ? text.Pattern : null;
            schema.Description = text.Description;
            schema.Examples = [JsonValue.Create(text.Example)];
        }
        else if (_names.TryGetValue(type, out var names))
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. names.Select(name => (JsonNode)JsonValue.Create(name))];
        }
        else if (type == typeof(Text))
        {
            Object(schema, "Both languages; a plain string in a request stands for both", ("vi", typeof(string), true), ("en", typeof(string), true));
        }
        else if (type == typeof(Source))
        {
            Object(schema, "Where a date comes from", ("citation", typeof(string), true), ("url", typeof(string), false), ("confidence", typeof(Confidence), true));
        }
        else if (type == typeof(TierRule))
        {
            Object(
                schema, "Which numbers of years are of a tier; a kind that lines name goes by those alone",
                ("tier", typeof(Tier), true), ("every", typeof(int), false), ("years", typeof(int[]), false), ("kinds", typeof(FactKind[]), false));
        }
        else if (type == typeof(TaskLine))
        {
            Object(
                schema, "One task of a template; tiers are those of the anniversaries it is for, all when left out",
                ("line", typeof(Slug), true), ("offset", typeof(DueOffset), true), ("anchor", typeof(TaskAnchor), false), ("title", typeof(Text), true),
                ("role", typeof(OwnerRole), true), ("tiers", typeof(Tier[]), false));
        }
    }

    private static void Object(OpenApiSchema schema, string description, params (string Name, Type Type, bool IsRequired)[] members)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = description;
        schema.Properties = members.ToDictionary(member => member.Name, member => (IOpenApiSchema)SchemaOf(member.Type), StringComparer.Ordinal);
        schema.Required = members.Where(member => member.IsRequired).Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
    }

    private sealed record CommandBody(string Command, IReadOnlyList<string> Route);

    private sealed record FileBody(IReadOnlyList<string> ContentTypes);

    private sealed record QueryParameter(string Name, string Description);
}
