using System.Globalization;
using Aampe.Agents.NeuralPlugIn;

var decisions = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_500;
var seed = args.Length > 1 ? args[1] : "plug-in";
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{decisions:N0} decisions a model, seed \"{seed}\"; the last half counts"));
Console.WriteLine("model              mean effect (nats)   of the best");
foreach (var (model, effects, share) in Comparison.Run(decisions, seed))
{
    var error = Math.Sqrt(effects.Variance() / effects.N);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model,-18} {effects.Mean,7:0.000} ± {error:0.000}      {share,6:P0}"));
}
