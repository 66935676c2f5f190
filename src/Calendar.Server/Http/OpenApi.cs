using System.Text.Json.Nodes;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Relationships;
using Microsoft.OpenApi;
using NodaTime;

namespace Calendar.Server.Http;

/// <summary>The OpenAPI 3.1 document at <c>/openapi/v1.json</c>: the small values as strings, commands as request bodies.</summary>
internal static class OpenApi
{
    private static readonly Dictionary<Type, (string Pattern, string Example, string Description)> _strings = new()
    {
        [typeof(PartialDate)] = (@"^\d{4}(-\d{2}(-\d{2})?)?$", "1973-09-21", "A civil date as precise as known: year, month or day"),
        [typeof(AnnualDate)] = (@"^--\d{2}-\d{2}$", "--09-02", "A month and day"),
        [typeof(FactId)] = ("", "0198c0de-0000-7000-8000-000000000000", "A UUID"),
        [typeof(ClaimId)] = ("", "0198c0de-0000-7000-8000-000000000000", "A UUID"),
        [typeof(PartyCode)] = ("^[A-Z0-9]+(-[A-Z0-9]+)*$", "JP", "A party's code"),
        [typeof(Pair)] = ("", "JP~VN", "Two codes in ordinal order"),
        [typeof(Slug)] = ("^[a-z0-9]+(-[a-z0-9]+)*$", "paris-1991", "A name in lower-case words"),
    };

    private static readonly Dictionary<Type, IReadOnlyList<string>> _names = new()
    {
        [typeof(FactKind)] = Names<FactKind>.All,
        [typeof(Confidence)] = Names<Confidence>.All,
        [typeof(PartyKind)] = Names<PartyKind>.All,
        [typeof(PartnershipLevel)] = Names<PartnershipLevel>.All,
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
                schema.Description = "Both languages; a plain string in a request stands for both";
                schema.Type = JsonSchemaType.Object;
                schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                {
                    ["vi"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["en"] = new OpenApiSchema { Type = JsonSchemaType.String },
                };
                schema.Required = new HashSet<string>(StringComparer.Ordinal) { "vi", "en" };
            }
            else if (typeof(Command).IsAssignableFrom(type))
            {
                schema.Properties?.Remove("parties");
                schema.AdditionalPropertiesAllowed = false;
            }

            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
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

            if (metadata.OfType<Microsoft.AspNetCore.Authorization.IAuthorizeData>().Any())
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", context.Document)] = [] }];
                foreach (var (name, description) in new[]
                {
                    ("If-Match", "The ETag you decided on; a changed resource answers 412"),
                    ("Idempotency-Key", "Makes a repeat harmless for 48 hours"),
                })
                {
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

    /// <summary>Documents the request body as the command's record; members that the route decides are not in the body.</summary>
    public static RouteHandlerBuilder TakesCommand(this RouteHandlerBuilder builder, Type command, params string[] route) =>
        builder.Accepts(command, "application/json")
            .WithDescription(route.Length == 0 ? "" : $"The body has the command's members without: {string.Join(", ", route)}.")
            .ProducesProblem(422).ProducesProblem(409).ProducesProblem(412).ProducesProblem(503);

    /// <summary>Documents a parameter that <see cref="QueryReader"/> reads.</summary>
    public static RouteHandlerBuilder TakesQuery(this RouteHandlerBuilder builder, params ReadOnlySpan<(string Name, string Description)> parameters)
    {
        foreach (var (name, description) in parameters)
        {
            builder.WithMetadata(new QueryParameter(name, description));
        }

        return builder.ProducesProblem(422);
    }

    private sealed record QueryParameter(string Name, string Description);
}
