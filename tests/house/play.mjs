// Compare the page's formulas with numbers that Python wrote: node play.mjs FOLDER_OF_MODULES FILE.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , folder, file] = process.argv;
const load = (name) => import(pathToFileURL(`${folder}/${name}.mjs`));
const theory = await load("formulas");
const { readModel, Complaint } = await load("table");
const cases = JSON.parse(readFileSync(file, "utf8"));
let compared = 0;

function same(found, wanted, what) {
  for (const [name, value] of Object.entries(wanted)) {
    const gap = Math.abs(found[name] - value);
    if (!(gap <= 1e-12 * Math.max(1, Math.abs(value)))) {
      throw new Error(`${what}: ${name} is ${found[name]}, Python has ${value}`);
    }
    compared += 1;
  }
}

const complaint = (text) => {
  try {
    readModel(text);
  } catch (error) {
    if (error instanceof Complaint) return error.key;
    throw error;
  }
  return "none";
};

for (const { prompts, terms } of cases.theorem1) same(theory.theorem1(prompts), terms, "theorem1");
for (const { world, terms } of cases.birthdays) same(theory.theorem1(theory.birthdays(world)), terms, "birthdays");
for (const { text, terms } of cases.tables) same(theory.theorem1(readModel(text)), terms, text.slice(0, 40));
for (const { n, exponent, N, sr, mm } of cases.facts) {
  const mu = theory.zipf(n, exponent);
  same([theory.expectedSingletonRate(mu, N), theory.expectedMissingMass(mu, N)], [sr, mm], "facts");
}
for (const c of cases.floors) same([theory.factFloor(c.sr, c.K, c.delta, c.term)], [c.bound], "floor");
for (const c of cases.price) same(theory.priceOfSilence(c.mm, c.R, c.silent), c.terms, "price");
for (const c of cases.scores) {
  same([theory.score(c.right, c.wrong, c.t), theory.penalty(c.t), theory.worthOfAnswering(c.q, c.t)], c.scores, "scores");
  same([true, false].map((y) => theory.targetAveragedScore(c.q, y)), c.averaged, "averaged");
}
same([theory.swapTarget(...cases.swap.models)], [cases.swap.t], "swap");
for (const c of cases.memory) {
  same(theory.bestSystem(c.t, c.R, c.b), c.best, `memory ${c.t} ${c.R} ${c.b}`);
  same([theory.memorySwapTarget(c.R, c.b)], [c.swap], "memory swap");
}
for (const { text, key } of cases.bad) {
  if (complaint(text) !== key) throw new Error(`${JSON.stringify(text)}: ${complaint(text)}, not ${key}`);
  compared += 1;
}

// What one language says, the other says too, with as many numbers.
const shape = (words) =>
  typeof words === "function" ? words.length
  : typeof words === "object" ? Object.fromEntries(Object.entries(words).map(([k, v]) => [k, shape(v)]))
  : "text";
const { WORDS } = await load("words");
const [english, chinese] = [WORDS.en, WORDS.zh].map((words) => JSON.stringify(shape(words)));
if (english !== chinese) throw new Error(`The languages differ: ${english} and ${chinese}`);
console.log(compared);
