"""Makes least-squares.json: ridge regressions in exact fractions, leave-one-out by fitting anew. Run: python3 -B least_squares.py (any Python 3, nothing else)."""
import json, os, random, sys
from fractions import Fraction as F

STRANGERS = 16


def solve(a, b):
    """Gauss elimination in fractions."""
    n = len(b)
    m = [row[:] + [b[i]] for i, row in enumerate(a)]
    for i in range(n):
        pivot = next(r for r in range(i, n) if m[r][i] != 0)
        m[i], m[pivot] = m[pivot], m[i]
        m[i] = [v / m[i][i] for v in m[i]]
        for r in range(n):
            if r != i and m[r][i] != 0:
                m[r] = [v - m[r][i] * w for v, w in zip(m[r], m[i])]
    return [row[-1] for row in m]


def penalties(rows):
    """16/n of each column's sum of squares about its mean; 0 marks a constant column."""
    n = len(rows)
    out = []
    for column in zip(*rows):
        mean = sum(column) / n
        out.append(F(STRANGERS, n) * sum((v - mean) ** 2 for v in column))
    return out


def normal(rows, pens, used):
    xs = [[F(1)] + [row[j] for j in used] for row in rows]
    p = len(used) + 1
    a = [[sum(x[i] * x[j] for x in xs) for j in range(p)] for i in range(p)]
    for i, j in enumerate(used):
        a[i + 1][i + 1] += pens[j]
    return xs, a


def fit(rows, ys, pens, used):
    xs, a = normal(rows, pens, used)
    b = [sum(x[i] * y for x, y in zip(xs, ys)) for i in range(len(used) + 1)]
    return solve(a, b)


def case(cid, notes, rows, ys, target):
    rows = [[F(str(v)) for v in row] for row in rows]
    ys = [F(str(y)) for y in ys]
    target = [F(str(v)) for v in target]
    pens = penalties(rows)
    used = [j for j, pen in enumerate(pens) if pen != 0]
    beta = fit(rows, ys, pens, used)
    at = lambda x, b: b[0] + sum(c * x[j] for c, j in zip(b[1:], used))
    xs, a = normal(rows, pens, used)
    lever = lambda x: (lambda v: sum(u * w for u, w in zip(v, solve(a, v))))([F(1)] + [x[j] for j in used])
    left_out = [ys[i] - at(rows[i], fit(rows[:i] + rows[i + 1:], ys[:i] + ys[i + 1:], pens, used)) for i in range(len(ys))]
    return {"id": cid, "notes": notes,
            "input": {"rows": [[float(v) for v in row] for row in rows], "outcomes": [float(y) for y in ys], "target": [float(v) for v in target]},
            "expected": {"covariates": len(used), "predicted": float(at(target, beta)), "leverage": float(lever(target)),
                         "leverages": [float(lever(row)) for row in rows], "fitted": [float(at(row, beta)) for row in rows],
                         "leftOut": [float(e) for e in left_out]}}


def main():
    rng = random.Random(20260105)
    draw = lambda n, d: [[round(rng.gauss(0, 1), 3) for _ in range(d)] for _ in range(n)]
    ys = lambda rows: [round(1 + sum((j + 1) * v for j, v in enumerate(row)) + rng.gauss(0, 1), 3) for row in rows]
    cases = []
    for i, (n, d) in enumerate([(30, 1), (40, 3), (25, 5)]):
        rows = draw(n, d)
        cases.append(case(f"plain-{i}", "", rows, ys(rows), draw(1, d)[0]))
    rows = draw(20, 0)
    cases.append(case("mean-only", "no covariates: the mean", rows, [round(rng.expovariate(1), 3) for _ in rows], []))
    rows = [[a, 0.5, b] for a, b in draw(18, 2)]
    cases.append(case("constant", "a constant column is left out, whatever the target has there", rows, ys(rows), [0.2, 7, -0.4]))
    rows = [[a, 2 * a, b] for a, b in draw(24, 2)]
    cases.append(case("collinear", "the second column is twice the first", rows, ys(rows), [1, 2, 0]))
    rows = draw(4, 2)
    cases.append(case("fewest", "as few users as may be", rows, ys(rows), [0, 1]))
    rows = draw(3, 1)
    cases.append(case("three", "two coefficients of three users", rows, ys(rows), [2]))
    rows = [[0, a] for a, in draw(15, 1)]
    rows[4][0] = 1
    cases.append(case("alone", "one user alone has a trait", rows, ys(rows), [1, 0]))
    rows = [[1000 + a / 1000, b * 1000] for a, b in draw(20, 2)]
    cases.append(case("scales", "columns of very different scale and place", rows, ys([[(r[0] - 1000) * 1000, r[1] / 1000] for r in rows]), [1000.0002, 3000]))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "least-squares.json")
    doc = {"name": "Least squares with a ridge", "section": 5, "generator": "least_squares.py", "versions": {"python": sys.version.split()[0]},
           "tolerance": {"relative": 1e-9, "absolute": 1e-9}, "notes": "exact fractions, rounded once at the end", "cases": cases}
    with open(path, "w") as f:
        json.dump(doc, f, indent=1)
        f.write("\n")


main()
