namespace Aampe.Agents.Silo.Startup;

/// <summary>Short forms of the command line.</summary>
public static class CommandLine
{
    /// <summary>The process's own files lie beside its program, wherever it is started from; data and settings of the operator in the working directory.</summary>
    public static WebApplicationOptions Options(string[] args) => new() { Args = Expand(args), ContentRootPath = AppContext.BaseDirectory };

    /// <summary>Turns <c>--clock simulated</c> into <c>--Clock:Kind simulated</c>, and <c>--port 0</c> into <c>--Http:Port 0</c>.</summary>
    public static string[] Expand(string[] args) => Array.ConvertAll(args, argument => argument switch
    {
        "--clock" => "--Clock:Kind",
        "--port" => "--Http:Port",
        "--data" => "--Data:Directory",
        _ => argument.StartsWith("--clock=", StringComparison.Ordinal) ? "--Clock:Kind=" + argument["--clock=".Length..] : argument,
    });
}
