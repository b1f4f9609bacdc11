// The five stations. Each has controls, which change the state, and a view of it.

import { Complaint, readModel } from "./table.mjs";
import * as theory from "./formulas.mjs";
import { HUNDREDTHS, bar, h, percent, plot, points, slider, steps, table } from "./drawing.mjs";

const PEOPLE = 10, DAYS = 365, LARGEST = 20e6;
const SPREADS = [1, 2, 3, 5, 10, 20, 50, 100, 200, 300, 364, 365];
const TARGETS = steps(0, 0.95, 0.01);
const whole = (n) => n.toLocaleString("en");

export const judge = {
  id: "judge",
  closest: Infinity,
  own: null,
  controls(state, W, changed) {
    const set = (key) => (value) => changed({ [key]: value });
    const open = (file) => this.open(file, W, changed);
    const input = h("input", { type: "file", accept: ".csv,.jsonl,.ndjson,.json", onchange: () => open(input.files[0]) });
    const drop = h("label", {
      class: "drop",
      ondragover: (e) => { e.preventDefault(); drop.classList.add("over"); },
      ondragleave: () => drop.classList.remove("over"),
      ondrop: (e) => { e.preventDefault(); open(e.dataTransfer.files[0]); },
    }, h("b", {}, W.judge.drop), h("span", {}, W.judge.dropMore), input);
    const sliders = [
      slider(W.judge.known, steps(0, PEOPLE, 1), state.known, String, set("known")),
      slider(W.judge.days, SPREADS, state.days, String, set("days")),
      slider(W.judge.silent, steps(0, 1, 0.05), state.idk, (x) => percent(x, 0), set("idk")),
    ];
    const back = h("button", { type: "button", onclick: () => { this.own = null; changed({}, true); } }, W.judge.back);
    return this.own && !this.own.complaint
      ? [h("p", {}, W.judge.loaded(this.own.name, whole(this.own.prompts.length), whole(this.own.rows))), back, drop]
      : [...sliders, drop, this.own && h("p", { class: "complaint", role: "alert" }, told(this.own.complaint, W))].filter(Boolean);
  },
  async open(file, W, changed) {
    if (!file) return;
    try {
      if (file.size > LARGEST) throw new Complaint("large");
      const prompts = readModel(await file.text());
      this.own = { name: file.name, prompts, rows: prompts.reduce((n, c) => n + c.rows.length, 0) };
    } catch (complaint) {
      if (!(complaint instanceof Complaint)) throw complaint;
      this.own = { complaint };
    }
    changed({}, true);
  },
  terms(state) {
    if (this.own?.prompts) return theory.theorem1(this.own.prompts);
    const lucky = Math.round(((PEOPLE - state.known) * state.days) / DAYS);
    return theory.theorem1(theory.birthdays({ people: PEOPLE, known: state.known, idk: state.idk, days: state.days, lucky }));
  },
  view(state, W) {
    const b = this.terms(state), w = W.judge, twice = 2 * b.errIiv;
    if (!this.own) this.closest = Math.min(this.closest, b.slack);
    const sentence = b.delta <= 0.02 ? w.calibrated(percent(b.err), percent(b.bound))
      : b.err < twice - b.sizeRatio ? w.paid(percent(b.err), percent(b.delta))
      : w.above(percent(b.err), percent(b.bound));
    const p = plot({ x1: 1.05, y1: 1.05, xWords: w.x, yWords: w.y, xTicks: HUNDREDTHS, yTicks: HUNDREDTHS }, sentence);
    p.area([[0, 0], [1, 1], [1, 0]], "forbidden");
    p.line([[0, 0], [1, 1]], "ink");
    p.say(0.98, 0.1, w.low, "vermilion end");
    if (b.bound > 0) {
      p.line([[twice, b.bound], [twice, b.err]], "gap");
      p.line([[Math.max(0, twice - 0.03), b.bound], [twice + 0.03, b.bound]], "blue");
      p.say(twice + (twice > 0.8 ? -0.04 : 0.04), b.bound - 0.06, w.bound, twice > 0.8 ? "deep end" : "deep");
    }
    p.dot(twice, b.err, b.delta <= 0.02 ? "filled" : "hollow");
    const closest = this.own || this.closest === Infinity ? "" : ` ${w.closest(points(100 * this.closest))}`;
    const values = { ...b, twice };
    return {
      picture: p.done(), sentence: sentence + closest,
      rows: Object.entries(w.terms).map(([name, words]) => [words, percent(values[name], 2)]),
    };
  },
};

function told(complaint, W) {
  return W.complaints[complaint.key](...complaint.details);
}

// A small generator of uniform numbers, so that a link repeats its draw (mulberry32).
function uniform(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function drawCounts(mu, N, seed) {
  const next = uniform(seed), counts = new Uint32Array(mu.length), upTo = new Float64Array(mu.length);
  mu.reduce((total, m, i) => (upTo[i] = total + m), 0);
  for (let i = 0; i < N; i++) {
    const u = next() * upTo.at(-1);
    let low = 0, high = mu.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] > u) high = middle;
      else low = middle + 1;
    }
    counts[low]++;
  }
  return counts;
}

export const once = {
  id: "once",
  controls(state, W, changed, data) {
    const N = data.samples.map((s) => s.n);
    return [
      slider(W.once.n, N, state.n, whole, (n) => changed({ n })),
      slider(W.once.exponent, steps(0, 1.5, 0.1), state.zipf, (x) => x.toFixed(1), (zipf) => changed({ zipf })),
      h("button", { type: "button", onclick: () => changed({ seed: (state.seed % 999) + 1 }) }, W.once.again),
    ];
  },
  view(state, W, data) {
    const w = W.once, mu = theory.zipf(1000, state.zipf);
    const counts = drawCounts(mu, state.n, state.seed);
    const sr = counts.filter((c) => c === 1).length / state.n;
    const mm = mu.reduce((total, m, i) => total + (counts[i] ? 0 : m), 0);
    const { err } = theory.priceOfSilence(mm, DAYS, 0);
    const term = data.samples.find((s) => s.n === state.n).term;
    const floor = theory.factFloor(sr, DAYS - 1, 0, term);
    const sentence = w.verdict(percent(sr), percent(err));
    return {
      picture: h("div", {}, tiles(counts, w, sentence), trained(data, w, sr, err)), sentence,
      rows: [
        [w.terms.sr, percent(sr)], [w.terms.esr, percent(theory.expectedSingletonRate(mu, state.n))],
        [w.terms.mm, percent(mm)], [w.terms.emm, percent(theory.expectedMissingMass(mu, state.n))],
        [w.terms.err, percent(err)], [w.terms.floor, floor > 0 ? percent(floor) : w.vacuous],
      ],
    };
  },
};

function tiles(counts, w, words) {
  const kinds = ["never", "single", "often"];
  const kind = (c) => kinds[Math.min(c, 2)];
  const squares = Array.from(counts, (c, i) =>
    h("rect", { x: (i % 50) * 8, y: Math.floor(i / 50) * 8, width: 7, height: 7, class: `tile-${kind(c)}` }));
  const legend = kinds.map((name, i) => {
    const n = counts.filter((c) => kind(c) === name).length;
    return [
      h("rect", { x: i * 135, y: 170, width: 10, height: 10, class: `tile-${name}` }),
      h("text", { x: i * 135 + 15, y: 179 }, `${w[name]}: ${n}`),
    ];
  });
  return h("svg", { viewBox: "0 0 400 186", role: "img", "aria-label": words }, squares, legend.flat());
}

function trained(data, w, sr, err) {
  const ticks = [0, 0.1, 0.2, 0.3, 0.4].map((x) => [x, percent(x, 0)]);
  const high = [0, 0.2, 0.4, 0.6, 0.8].map((y) => [y, percent(y, 0)]);
  const p = plot({ x1: 0.4, y1: 0.8, xWords: w.x, yWords: w.y, xTicks: ticks, yTicks: high }, `${w.trained}. ${w.filled}`);
  p.line([[0, 0], [0.4, 0.4]], "ink");
  for (const m of data.trained) {
    p.dot(Math.min(m.sr, 0.4), m.err, m.delta <= 0.05 ? "filled small" : "hollow small", 4);
  }
  p.dot(Math.min(sr, 0.4), err, "ring", 8);
  return h("div", {}, h("h3", {}, w.trained), p.done(), h("p", { class: "caption" }, `${w.filled} ${w.here}`));
}

export const price = {
  id: "price",
  controls(state, W, changed) {
    return [
      slider(W.price.mm, steps(0.05, 0.95, 0.05), state.mm, (x) => percent(x, 0), (mm) => changed({ mm })),
      slider(W.price.silent, steps(0, 1, 0.05), state.quiet, (x) => percent(x, 0), (quiet) => changed({ quiet })),
    ];
  },
  view(state, W) {
    const w = W.price, now = theory.priceOfSilence(state.mm, DAYS, state.quiet);
    const guess = theory.priceOfSilence(state.mm, DAYS, 0);
    const sentence = w.verdict(percent(now.err), percent(now.delta));
    const p = plot({ xWords: w.x, yWords: w.y, xTicks: HUNDREDTHS, yTicks: HUNDREDTHS }, sentence);
    p.area([[0, 0], [0, guess.err], [state.mm, 0]], "forbidden");
    p.line([[0, guess.err], [state.mm, 0]], "ink");
    if (state.mm >= 0.6) p.say(0.02, 0.05, w.low, "vermilion");
    p.dot(now.delta, now.err, "filled");
    return {
      picture: h("div", {}, p.done(), bar({ right: now.right, idk: now.idk, wrong: now.err }, W)), sentence,
      rows: [[w.terms.err, percent(now.err)], [w.terms.delta, percent(now.delta)], [w.terms.right, percent(now.right)], [w.terms.idk, percent(now.idk)]],
    };
  },
};

// Born in: the month, 1 to 12.
export const BORN = [
  ["Ada Lovelace", 12], ["Emmy Noether", 3], ["Alan Turing", 6], ["Marie Curie", 11], ["Albert Einstein", 3],
  ["Charles Darwin", 2], ["Florence Nightingale", 5], ["Katherine Johnson", 8], ["Claude Shannon", 4], ["Shiing-Shen Chern", 10],
];

// One letter for the month ("-" for none) and one for the confidence in twentieths.
export function readExam(text) {
  return BORN.map((_, i) => {
    const month = "-abcdefghijkl".indexOf(text[2 * i] ?? "-");
    const sure = "abcdefghijklmnopqrstu".indexOf(text[2 * i + 1] ?? "k");
    return { month: Math.max(0, month), sure: (sure < 0 ? 10 : sure) / 20 };
  });
}

export function writeExam(answers) {
  return answers.map((a) => "-abcdefghijkl"[a.month] + "abcdefghijklmnopqrstu"[Math.round(a.sure * 20)]).join("");
}

export function marked(answers, least) {
  const given = answers.map((a, i) => ({ ...a, right: a.month === BORN[i][1] })).filter((a) => a.month && a.sure > least);
  const right = given.filter((a) => a.right).length;
  return { right, wrong: given.length - right, idk: answers.length - given.length };
}

function mark(counts, t) {
  const n = counts.right + counts.wrong + counts.idk;
  return theory.score(counts.right / n, counts.wrong / n, t);
}

export const guess = {
  id: "guess",
  controls(state, W, changed) {
    const w = W.guess, answers = readExam(state.exam);
    const change = (i, key, value) => {
      answers[i][key] = value;
      changed({ exam: writeExam(answers) }, key === "month");
    };
    const rows = BORN.map(([name, month], i) => {
      const select = h("select", { onchange: () => change(i, "month", Number(select.value)) },
        [W.idk, ...W.months].map((m, j) => h("option", { value: j, selected: j === answers[i].month }, m)));
      const verdict = !state.marked || !answers[i].month ? "" : answers[i].month === month ? "✓" : `✗ ${W.months[month - 1]}`;
      return h("div", { class: "question" }, h("label", {}, `${w.question(name)} `, select), h("b", {}, verdict),
        answers[i].month ? slider(w.sure, steps(0, 1, 0.05), answers[i].sure, (x) => percent(x, 0), (x) => change(i, "sure", x)) : "");
    });
    return [
      h("div", { class: "exam" }, rows),
      h("button", { type: "button", onclick: () => changed({ marked: state.marked ? 0 : 1 }, true) }, state.marked ? w.again : w.mark),
      slider(w.t, steps(0, 0.9, 0.01), state.t, (t) => `${percent(t, 0)}: ${w.a_mistake(points(theory.penalty(t)))}`, (t) => changed({ t })),
    ];
  },
  view(state, W, data) {
    const w = W.guess, answers = readExam(state.exam);
    const [mini, o4] = data.published;
    const sentence = w.verdict(percent(state.t, 0), percent(theory.swapTarget(o4, mini)));
    const p = plot({ x1: 0.9, y0: -2, y1: 1, xWords: w.x, yWords: w.y, xTicks: [0, 0.25, 0.5, 0.75].map((t) => [t, percent(t, 0)]), yTicks: [-2, -1, 0, 1].map((y) => [y, points(y, 0)]) }, sentence);
    const curve = (at, kind) => p.line(steps(0, 0.9, 0.01).map((t) => [t, at(t)]).filter(([, y]) => y >= -2), kind);
    p.line([[0, 0], [0.9, 0]], "thin");
    curve((t) => theory.score(o4.right, o4.wrong, t), "vermilion-line");
    curve((t) => theory.score(mini.right, mini.wrong, t), "soft dashed");
    p.say(0.4, -1.35, o4.name, "vermilion");
    p.say(0.58, -0.2, mini.name, "soft-text");
    const rows = [];
    if (state.marked) {
      curve((t) => mark(marked(answers, -1), t), "ink");
      curve((t) => mark(marked(answers, t), t), "blue");
      p.say(0.02, 0.85, w.lines.above, "deep");
      p.say(0.02, 0.68, w.lines.all);
      for (const [name, least] of [["all", -1], ["above", state.t]]) {
        const c = marked(answers, least);
        rows.push([w.terms[name], w.told({ ...c, score: points(mark(c, state.t)) })]);
      }
      const each = answers.map((a, i) => (a.month ? theory.targetAveragedScore(a.sure, a.month === BORN[i][1]) : 0));
      rows.push([w.terms.average, points(each.reduce((a, b) => a + b) / each.length)]);
    }
    for (const m of [o4, mini]) {
      rows.push([m.name, w.told({ right: percent(m.right, 0), wrong: percent(m.wrong, 0), idk: percent(m.idk, 0), score: points(theory.score(m.right, m.wrong, state.t)) })]);
    }
    p.line([[state.t, -2], [state.t, 1]], "now");
    return { picture: p.done(), sentence, rows };
  },
};

export const memory = {
  id: "memory",
  controls(state, W, changed) {
    return [
      slider(W.memory.share, steps(0.05, 0.95, 0.05), state.share, (x) => percent(x, 0), (share) => changed({ share })),
      slider(W.memory.t, TARGETS, state.target, (t) => percent(t, 0), (target) => changed({ target })),
      slider(W.memory.answers, [2, 4, 12, 50, 100, 365, 1000, 10000], state.answers, whole, (answers) => changed({ answers })),
    ];
  },
  view(state, W) {
    const w = W.memory, R = state.answers, b = state.share * Math.log(R);
    const best = theory.bestSystem(state.target, R, b), honest = theory.honestSystem(R, b);
    const sentence = w.verdict(percent(best.wrong), percent(state.target, 0));
    const p = plot({ x1: 0.95, xWords: w.x, yWords: "", xTicks: [0, 0.25, 0.5, 0.75].map((t) => [t, percent(t, 0)]), yTicks: HUNDREDTHS }, sentence);
    const curve = TARGETS.map((t) => [t, theory.bestSystem(t, R, b)]);
    const ends = [[0.95, 0], [0, 0]];
    p.area([[0, 1], [0.95, 1], ...ends], "fill-wrong");
    p.area([...curve.map(([t, s]) => [t, 1 - s.wrong]), ...ends], "fill-idk");
    p.area([...curve.map(([t, s]) => [t, s.right]), ...ends], "fill-right");
    p.say(0.03, 0.06, W.right, "light");
    if (curve[0][1].wrong > 0.15) p.say(0.02, 0.93, W.wrong, "light");
    if (curve.at(-1)[1].idk > 0.15) p.say(0.6, 0.93, W.idk);
    p.line([[state.target, 0], [state.target, 1]], "now");
    const words = (s) => w.told({ right: percent(s.right), wrong: percent(s.wrong), idk: percent(s.idk) });
    return {
      picture: h("div", {}, p.done(), bar(best, W)), sentence,
      rows: [[w.terms.best, words(best)], [w.terms.honest, words(honest)], [w.terms.swap, percent(theory.memorySwapTarget(R, b))]],
    };
  },
};
