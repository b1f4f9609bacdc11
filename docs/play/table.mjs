// A table as `hallucination-theory check` reads it, by the same rules: CSV or JSON lines.

const REQUIRED = ["prompt", "response", "valid", "train_prob", "model_prob"];
const TRUTH = { true: true, yes: true, 1: true, false: false, no: false, 0: false };
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const TOLERANCE = 1e-9;

// What is wrong with a table: a key into the words of the page, and what to put in.
export class Complaint extends Error {
  constructor(key, ...details) {
    super([key, ...details].join(" "));
    Object.assign(this, { key, details });
  }
}

export function readModel(text) {
  const rows = records(text.replace(/^\uFEFF/, ""));
  if (!rows.length) throw new Complaint("empty");
  const missing = REQUIRED.filter((name) => !(name in rows[0]));
  if (missing.length) throw new Complaint("columns", missing.join(", "));
  const prompts = new Map();
  rows.forEach((row, i) => add(prompts, row, i + 1));
  const found = [...prompts.values()];
  for (const c of found) c.mu ??= 1 / found.length;
  within(found.reduce((s, c) => s + c.mu, 0), "prompt_prob", "");
  found.forEach(checkPrompt);
  return found;
}

function add(prompts, row, number) {
  const label = String(row.prompt);
  if (!prompts.has(label)) prompts.set(label, { label, mu: undefined, rows: [], seen: new Set() });
  const c = prompts.get(label);
  const response = String(row.response);
  if (c.seen.has(response)) throw new Complaint("twice", number, label, response);
  c.seen.add(response);
  if ("prompt_prob" in row) {
    const mu = probability(row.prompt_prob, "prompt_prob", number);
    if (c.mu !== undefined && c.mu !== mu) throw new Complaint("prompt_prob", number);
    c.mu = mu;
  }
  c.rows.push({
    valid: truth(row.valid, "valid", number),
    nonsense: "nonsense" in row && truth(row.nonsense, "nonsense", number),
    p: probability(row.train_prob, "train_prob", number),
    q: probability(row.model_prob, "model_prob", number),
    number,
  });
}

function checkPrompt(c) {
  for (const r of c.rows) {
    if (r.valid && r.nonsense) throw new Complaint("both", r.number);
    if (!r.valid && r.p > 0) throw new Complaint("noisy", r.number);
  }
  if (!c.rows.some((r) => r.valid)) throw new Complaint("no_valid", c.label);
  if (!c.rows.some((r) => !r.valid && !r.nonsense)) throw new Complaint("no_error", c.label);
  within(c.rows.reduce((s, r) => s + r.p, 0), "train_prob", c.label);
  within(c.rows.reduce((s, r) => s + r.q, 0), "model_prob", c.label);
}

function within(total, name, label) {
  if (!(Math.abs(total - 1) <= TOLERANCE)) {
    throw new Complaint("sum", name, Number(total.toPrecision(6)), label);
  }
}

function truth(value, name, number) {
  const found = TRUTH[String(value).trim().toLowerCase()];
  if (found === undefined) throw new Complaint("truth", number, name, String(value));
  return found;
}

function probability(value, name, number) {
  const text = String(value).trim();
  const found = NUMBER.test(text) ? Number(text) : NaN;
  if (!(found >= 0 && found <= 1)) throw new Complaint("probability", number, name, text);
  return found;
}

function records(text) {
  if (text.trimStart().startsWith("{")) {
    return text.split("\n").filter((line) => line.trim()).map((line, i) => {
      try {
        return JSON.parse(line);
      } catch {
        throw new Complaint("json", i + 1);
      }
    });
  }
  const [names, ...lines] = cells(text);
  return lines.map((line, i) => {
    if (line.length !== names.length) throw new Complaint("width", i + 1, line.length, names.length);
    return Object.fromEntries(names.map((name, j) => [name, line[j]]));
  });
}

// RFC 4180: quoted cells may hold commas, line ends and doubled quotes; blank lines are skipped.
function cells(text) {
  const table = [[]];
  const cell = /("(?:[^"]|"")*"|[^,\r\n"]*)(,|\r?\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) throw new Complaint("quote", table.length - 1);
    const raw = found[1];
    table.at(-1).push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (found[2] !== ",") table.push([]);
    else if (cell.lastIndex === text.length) table.at(-1).push("");
  }
  return table.filter((row) => row.length > 1 || (row.length === 1 && row[0] !== ""));
}
