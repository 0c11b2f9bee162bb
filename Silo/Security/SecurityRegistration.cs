using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Security;

/// <summary>Registers keys, sign-in and their routes.</summary>
public static class SecurityRegistration
{
    /// <summary>
    /// Keys, scopes, the administrator's password and their schemes. Needs an <c>IDocumentStore</c>; register it before whatever serves requests,
    /// so that the first start has made its keys by then. Section <c>Bootstrap</c> of the configuration sets known credentials.
    /// </summary>
    public static IServiceCollection AddSecurity(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<BootstrapOptions>, BootstrapOptionsCheck>();
        services.AddOptions<BootstrapOptions>().Bind(configuration.GetSection("Bootstrap")).ValidateOnStart();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<AdminTokens>();
        services.AddSingleton<AdminPasswords>();
        services.AddSingleton<IAdminPasswords>(all => all.GetRequiredService<AdminPasswords>());
        services.AddHostedService<Bootstrap>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Scheme, null);
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, ScopeAuthorization>();
        return services;
    }
}
