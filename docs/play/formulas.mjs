// The formulas of theory/ that the page needs. Node checks each against Python: tests/house/play.mjs.

// Theorem 1. prompts: [{mu, rows: [{valid, nonsense, p, q}]}], q being the model's probability.
export function theorem1(prompts) {
  const errorsOf = (c) => c.rows.filter((r) => !r.valid && !r.nonsense).length;
  const K = Math.min(...prompts.map(errorsOf));
  const k = Math.max(...prompts.map((c) => c.rows.filter((r) => r.valid).length));
  const z = 1 / K;
  let err = 0, errIiv = 0, gap = 0;
  for (const c of prompts) {
    const above = c.rows.filter((r) => r.q > z);
    const wrongAbove = above.filter((r) => !r.valid && !r.nonsense).length;
    const missed = sum(c.rows, (r) => (r.valid && r.q <= z ? r.p : 0));
    err += c.mu * sum(c.rows, (r) => (r.valid ? 0 : r.q));
    errIiv += (c.mu * (missed + wrongAbove / errorsOf(c))) / 2;
    gap += c.mu * sum(above, (r) => r.q - r.p);
  }
  const delta = Math.abs(gap);
  const bound = 2 * errIiv - k / K - delta;
  return { err, errIiv, sizeRatio: k / K, delta, bound, slack: err - bound };
}

function sum(rows, value) {
  return rows.reduce((total, row) => total + value(row), 0);
}

// Birthdays of `people`, of which the model knows some; elsewhere it says "I don't know" with
// probability idk and spreads the rest over `days` dates, the true one among them for `lucky`.
export function birthdays({ people, known, idk, days, lucky }) {
  return Array.from({ length: people }, (_, i) => {
    const knows = i < known;
    const guess = knows ? 0 : (1 - idk) / days;
    const first = knows || i < known + lucky ? 0 : 1; // date 0 is the true one
    const rows = Array.from({ length: 365 }, (_, d) => ({
      valid: d === 0,
      nonsense: false,
      p: d === 0 ? 1 : 0,
      q: knows ? (d === 0 ? 1 : 0) : d >= first && d < first + days ? guess : 0,
    }));
    rows.push({ valid: true, nonsense: false, p: 0, q: knows ? 0 : idk });
    return { mu: 1 / people, rows };
  });
}

// Zipf's law over n prompts.
export function zipf(n, exponent) {
  const weight = Array.from({ length: n }, (_, i) => (i + 1) ** -exponent);
  const total = weight.reduce((a, b) => a + b);
  return weight.map((w) => w / total);
}

// E MM and, with one sample less, E sr (App. B).
export function expectedMissingMass(mu, N) {
  return mu.reduce((total, m) => total + m * (m < 1 ? Math.exp(N * Math.log1p(-m)) : N ? 0 : 1), 0);
}

export function expectedSingletonRate(mu, N) {
  return expectedMissingMass(mu, N - 1);
}

// Theorem 2 with the closed term of extension X9, which comes from Python: one right answer, K errors.
export function factFloor(singletonRate, K, delta, term) {
  return singletonRate - 2 / K - delta - term;
}

// X5: a share of the answers on what was never seen becomes "I don't know".
export function priceOfSilence(missingMass, R, silent) {
  const right = 1 - missingMass + ((1 - silent) * missingMass) / R;
  const err = (1 - silent) * missingMass * (1 - 1 / R);
  return { right, err, idk: silent * missingMass, delta: silent * missingMass };
}

// Confidence targets: t/(1 - t), and what outcomes or an answer of confidence q earn.
export function penalty(t) {
  return t / (1 - t);
}

export function score(right, wrong, t) {
  return right - (wrong ? penalty(t) * wrong : 0);
}

export function worthOfAnswering(q, t) {
  return (q - t) / (1 - t);
}

export function swapTarget(one, other) {
  const L = (one.right - other.right) / (one.wrong - other.wrong);
  return L / (1 + L);
}

export function targetAveragedScore(q, correct) {
  const y = correct ? 1 : 0;
  return y - (y - q) ** 2;
}

// X11: what an exam makes of a full memory; R answers, b nats a fact.
const SERIES = Array.from({ length: 20 }, (_, k) => (k < 2 ? 0 : (-1) ** k / (k * (k - 1))));

function relative(u, ratio) { // (1 + u) ln(1 + u) - u without cancellation
  if (Math.abs(u) < 0.1) return SERIES.reduceRight((value, a) => value * u + a, 0);
  return (ratio > 0 ? ratio * Math.log(ratio) : 0) - u;
}

function expit(x) {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

function bisect(f, low, high) { // f(low) and f(high) differ in sign
  const rising = f(low) < 0;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0 === rising) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export function rateOfTilt(y, R) {
  const right = expit(y - Math.log(R - 1)), wrong = expit(Math.log(R - 1) - y);
  const grown = -Math.expm1(-y);
  const up = (R - 1) * right * grown, down = -right * grown;
  return (relative(up, R * right) + (R - 1) * relative(down, (wrong * R) / (R - 1))) / R;
}

export function criticalTilt(t, R) {
  if (t * R <= 1) return 0;
  const gain = (y) =>
    y < 1
      ? (1 - t) * y + Math.log1p((1 - 1 / R) * Math.expm1(-y))
      : (1 - t) * y + Math.log1p((R - 1) * Math.exp(-y)) - Math.log(R);
  const highest = Math.log(R) / (1 - t);
  if (gain(highest) <= 0) return highest;
  return bisect(gain, Math.log(t / (1 - t)) + Math.log(R - 1), highest);
}

function tiltOfRate(b, R) {
  if (b >= Math.log(R)) return Infinity;
  if (b <= 0) return 0;
  let high = 1;
  while (rateOfTilt(high, R) < b) high *= 2;
  return bisect((y) => rateOfTilt(y, R) - b, 0, high);
}

function system(answered, tilt, R) {
  const right = answered * expit(tilt - Math.log(R - 1));
  return { right, wrong: answered * expit(Math.log(R - 1) - tilt), idk: 1 - answered };
}

export function bestSystem(t, R, b) {
  const tilt = criticalTilt(t, R), full = rateOfTilt(tilt, R);
  return b < full ? system(b / full, tilt, R) : system(1, Math.max(tilt, tiltOfRate(b, R)), R);
}

export function honestSystem(R, b) {
  return system(Math.min(1, b / Math.log(R)), Infinity, R);
}

export function memorySwapTarget(R, b) {
  const honest = honestSystem(R, b), guesser = bestSystem(0, R, b);
  return (guesser.right - honest.right) / honest.idk;
}
