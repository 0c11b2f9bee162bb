using Aampe.Agents.Silo.Security.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Security;

/// <summary>Registers keys, sign-in and their routes.</summary>
public static class SecurityRegistration
{
    /// <summary>Keys, scopes, the administrator's password and their schemes. Needs an <c>IDocumentStore</c>.</summary>
    public static IServiceCollection AddSecurity(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<BootstrapOptions>, BootstrapOptionsCheck>();
        services.AddOptions<BootstrapOptions>().Bind(configuration.GetSection("Bootstrap")).ValidateOnStart();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<PeopleBook>();
        services.AddSingleton<AdminTokens>();
        services.AddSingleton<UserTokens>();
        services.AddSingleton<AdminPasswords>();
        services.AddSingleton<IAdminPasswords>(all => all.GetRequiredService<AdminPasswords>());
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Scheme, null);
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, ScopeAuthorization>();
        return services;
    }

    /// <summary>
    /// Has the first start make its keys and password, and print them. To be added last, so that nothing that can fail comes after it: what is
    /// printed once must not be lost in a start that did not succeed. Section <c>Bootstrap</c> of the configuration sets known credentials.
    /// </summary>
    public static IServiceCollection AddCredentials(this IServiceCollection services) => services.AddHostedService<Bootstrap>();
}
