// Puts the page together: language, state in the link, one section a station.

import { h, table } from "./drawing.mjs";
import { guess, judge, memory, once, price } from "./stations.mjs";
import { WORDS } from "./words.mjs";

const STATIONS = [judge, once, price, guess, memory];
const DEFAULTS = {
  lang: "en", at: "", known: 6, days: 365, idk: 0, n: 1000, zipf: 0, seed: 1, mm: 0.4, quiet: 0.25,
  exam: "", marked: 0, t: 0.75, share: 0.5, target: 0, answers: 365,
};

// The state of a link; what is missing or means nothing has its default.
export function readLink(hash) {
  const state = { ...DEFAULTS };
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    if (!(key in DEFAULTS)) continue;
    const value = typeof DEFAULTS[key] === "number" ? Number(text) : text;
    if (value === value) state[key] = value;
  }
  if (!(state.lang in WORDS)) state.lang = DEFAULTS.lang;
  return state;
}

export function writeLink(state) {
  const changed = Object.entries(state).filter(([key, value]) => value !== DEFAULTS[key]);
  return changed.length ? `#${new URLSearchParams(changed)}` : "#";
}

export function start(root, data) {
  let state = snapped(readLink(location.hash), data);
  const keep = () => history.replaceState(null, "", writeLink(state));

  function section(station, W) {
    const w = W[station.id];
    const controls = h("div", { class: "controls" }), picture = h("figure", {});
    const sentence = h("p", { class: "verdict", "aria-live": "polite" }), numbers = h("div", { class: "numbers" });
    let waiting = 0;
    const show = () => {
      waiting = 0;
      const view = station.view(state, W, data);
      picture.replaceChildren(view.picture);
      sentence.textContent = view.sentence;
      numbers.replaceChildren(table(view.rows));
    };
    const changed = (part, again = false) => {
      state = { ...state, ...part };
      keep();
      if (again) control();
      waiting ||= requestAnimationFrame(show);
    };
    const control = () => {
      const focus = [...controls.querySelectorAll("select,button,input")].indexOf(document.activeElement);
      controls.replaceChildren(...station.controls(state, W, changed, data));
      if (focus >= 0) controls.querySelectorAll("select,button,input")[focus]?.focus();
    };
    control();
    show();
    const heading = h("h2", { tabindex: -1 }, w.title);
    return h("section", { id: `station-${station.id}` }, heading, h("p", { class: "claim" }, w.claim), h("p", {}, w.words),
      h("div", { class: "desk" }, h("div", {}, controls, h("p", { class: "attempt" }, w.attempt)), h("div", {}, picture, sentence, numbers)));
  }

  function go(id) {
    state = { ...state, at: id };
    keep();
    const target = document.getElementById(`station-${id}`);
    target?.scrollIntoView();
    target?.querySelector("h2").focus({ preventScroll: true });
  }

  function render() {
    const W = WORDS[state.lang];
    document.documentElement.lang = state.lang;
    document.title = W.title;
    const links = [...STATIONS.map((s) => [s.id, W[s.id].title]), ["questions", W.questions.title]].map(([id, title]) =>
      h("a", { href: `#at=${id}`, onclick: (e) => { e.preventDefault(); go(id); } }, title));
    const language = h("button", { type: "button", onclick: () => { state.lang = state.lang === "en" ? "zh" : "en"; keep(); render(); } }, W.other);
    const reset = h("button", { type: "button", onclick: () => { judge.own = null; judge.closest = Infinity; state = { ...DEFAULTS, lang: state.lang }; keep(); render(); } }, W.reset);
    const questions = h("section", { id: "station-questions" }, h("h2", { tabindex: -1 }, W.questions.title),
      W.questions.list.map(([question, answer]) => h("details", {}, h("summary", {}, question), h("p", {}, answer))));
    root.replaceChildren(
      h("header", {}, h("div", { class: "tools" }, language, reset), h("h1", {}, W.title), h("p", {}, W.about), h("nav", {}, links)),
      h("main", {}, STATIONS.map((s) => section(s, W)), questions), h("footer", {}, h("p", {}, W.paper)));
  }

  addEventListener("hashchange", () => { state = snapped(readLink(location.hash), data); render(); });
  render();
  if (state.at) go(state.at);
}

// A link may be edited: numbers come back into their ranges.
function snapped(state, data) {
  const between = (key, low, high) => { state[key] = Math.min(high, Math.max(low, state[key])); };
  const sizes = data.samples.map((s) => s.n);
  state.n = sizes.reduce((best, n) => (Math.abs(n - state.n) < Math.abs(best - state.n) ? n : best));
  state.known = Math.round(state.known); state.days = Math.round(state.days); state.answers = Math.round(state.answers);
  state.seed = Math.round(state.seed);
  const ranges = { known: [0, 10], days: [1, 365], idk: [0, 1], zipf: [0, 1.5], mm: [0.05, 0.95], quiet: [0, 1], marked: [0, 1], t: [0, 0.9], share: [0.05, 0.95], target: [0, 0.95], answers: [2, 10000] };
  for (const [key, [low, high]] of Object.entries(ranges)) between(key, low, high);
  return state;
}
