using Aampe.Agents.Silo.Api.Catalogue;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Evidence;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Silo.Security.People;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Aampe.Agents.Silo.Api;

/// <summary>Adds and maps the API, its description and the page that shows it.</summary>
public static class ApiRegistration
{
    /// <summary>Adds what the endpoints need.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddChecked<ApiOptions>("Api");
        services.AddExceptionHandler<Faults>();
        // A binding that fails ends in the same place as everything else that is malformed.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddSingleton<RepeatedReplies>();
        services.AddSingleton<Asking>();
        services.AddSingleton<FreshRows>();
        services.AddSingleton<Decisions>();
        services.AddSingleton<ProgramAnswers>();
        services.AddSingleton<Catalogue.CatalogueIndex>();
        services.AddSingleton<AudiencePanel>();
        services.AddSingleton<Actors>();
        services.AddSingleton<PersonReads>();
        services.AddSingleton<ICohortView, CohortView>();
        services.AddEvidence();
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer(DescribeAsync);
        });
        return services;
    }

    /// <summary>Turns what nobody caught, and statuses without a body, into problems. Comes before everything that answers.</summary>
    public static WebApplication UseProblems(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(BareStatuses.FillAsync);
        // Answers are about people: nobody on the way keeps them, and no browser guesses what they are.
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
            {
                context.Response.Headers.CacheControl = "no-store";
                context.Response.Headers.XContentTypeOptions = "nosniff";
            }

            return next(context);
        });
        return app;
    }

    /// <summary>Maps all routes, <c>/openapi/v1.json</c> and the page at <c>/docs</c>.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        NextEndpoint.Map(app);
        NextBulkEndpoint.Map(app);
        ActivateEndpoint.Map(app);
        CancelEndpoint.Map(app);
        DeliveryEventsEndpoint.Map(app);
        DecisionEndpoint.Map(app);
        ExplainEndpoint.Map(app);
        ReplayEndpoint.Map(app);
        EffectEndpoint.Map(app);
        RecentDecisionsEndpoint.Map(app);
        UserEndpoint.Map(app);
        TimelineEndpoint.Map(app);
        FindUsersEndpoint.Map(app);
        ConsentEndpoint.Map(app);
        PushAddressEndpoint.Map(app);
        ConsentOverviewEndpoint.Map(app);
        ConsentImportEndpoint.Map(app);
        GuardrailsEndpoint.Map(app);
        BudgetsEndpoint.Map(app);
        AudiencesEndpoint.Map(app);
        UnsubscribeEndpoint.Map(app);
        CallbackEndpoint.Map(app);
        ChannelsEndpoint.Map(app);
        ProgramsEndpoint.Map(app);
        ProgramMovesEndpoint.Map(app);
        SetsEndpoint.Map(app);
        CatalogueEndpoint.Map(app);
        PeopleEndpoint.Map(app);
        AuditEndpoint.Map(app);
        WeightsEndpoint.Map(app);
        WorkspaceEndpoint.Map(app);
        OverviewEndpoint.Map(app);
        SandboxEndpoint.Map(app);
        VersionEndpoint.Map(app);
        app.MapEvidence();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs", options => options.WithTitle("Aampe.Agents API").WithOpenApiRoutePattern("/openapi/{documentName}.json").DisableDefaultFonts());
        return app;
    }

    static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken stop)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Aampe.Agents",
            Version = "v1",
            Description = "One agent per user: events in, the next message out, its effect measured. Errors are application/problem+json with a stable code.",
        };
        // Addresses of whoever happened to ask first do not belong into a description.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["serverKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "Server key (sk_…) or administrator's token." },
            ["writeKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "Write key (wk_…) as the user name; ingest only." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("serverKey", document)] = [] }];
        return Task.CompletedTask;
    }
}
