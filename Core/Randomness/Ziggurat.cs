namespace Aampe.Agents.Core.Randomness;

/// <summary>Standard normal numbers by 256 layers of equal area (Marsaglia and Tsang 2000; place and layer from separate bits, as Doornik 2005 asks).</summary>
static class Ziggurat
{
    const int Layers = 256;

    // Where the tail begins, and the area of each layer.
    const double Tail = 3.6541528853610088;
    const double Area = 0.00492867323399;

    // Right edge of each layer, the base first, and the density there.
    static readonly double[] edge = new double[Layers + 1];
    static readonly double[] height = new double[Layers + 1];

    static Ziggurat()
    {
        edge[0] = Area / Density(Tail);
        edge[1] = Tail;
        for (var i = 2; i < Layers; i++)
        {
            edge[i] = Math.Sqrt(-2 * Math.Log(Area / edge[i - 1] + Density(edge[i - 1])));
        }

        for (var i = 0; i <= Layers; i++)
        {
            height[i] = Density(edge[i]);
        }
    }

    public static double Next(SeededRandom random)
    {
        while (true)
        {
            var bits = random.NextBits();
            var layer = (int)(bits & (Layers - 1));
            // 53 bits, symmetric about 0, and never 0.
            var x = (((long)bits >> 11) + 0.5) * (1.0 / (1L << 52)) * edge[layer];
            if (Math.Abs(x) < edge[layer + 1])
            {
                return x;
            }

            if (layer == 0)
            {
                return Beyond(random, x);
            }

            if (height[layer] + random.NextDouble() * (height[layer + 1] - height[layer]) < Density(x))
            {
                return x;
            }
        }
    }

    // Marsaglia's tail (1964).
    static double Beyond(SeededRandom random, double side)
    {
        double x, y;
        do
        {
            x = -Math.Log(random.NextInside()) / Tail;
            y = -Math.Log(random.NextInside());
        }
        while (2 * y < x * x);
        return Math.CopySign(Tail + x, side);
    }

    static double Density(double x) => Math.Exp(-0.5 * x * x);
}
