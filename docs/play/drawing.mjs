// Elements, axes and controls: what the five stations share.

const SVG = new Set("svg g path line rect circle text polygon title clipPath".split(" "));

export function h(tag, attributes = {}, ...children) {
  const node = SVG.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== undefined));
  return node;
}

export function percent(x, digits = 1) {
  return `${(100 * x).toFixed(digits).replace("-", "−")} %`;
}

export function points(x, digits = 2) {
  return x.toFixed(digits).replace("-", "−");
}

// A plot of [0, x1] by [y0, y1] on a canvas of 420 by 300; at(x, y) gives the place of a point.
export function plot({ x1 = 1, y0 = 0, y1 = 1, xWords, yWords, xTicks, yTicks }, words) {
  const left = 62, right = 396, top = 14, bottom = 248;
  const px = (x) => left + (right - left) * (x / x1);
  const py = (y) => bottom - ((bottom - top) * (y - y0)) / (y1 - y0);
  const at = (x, y) => `${px(x).toFixed(1)},${py(Math.max(y0, Math.min(y1, y))).toFixed(1)}`;
  const parts = [];
  const axis = h("path", { d: `M${left},${top}V${bottom}H${right}`, class: "axis" });
  const ticks = [
    ...xTicks.map(([x, text]) => h("text", { x: px(x), y: bottom + 18, class: "tick middle" }, text)),
    ...yTicks.map(([y, text]) => h("text", { x: left - 8, y: py(y) + 4, class: "tick end" }, text)),
    h("text", { x: (left + right) / 2, y: bottom + 40, class: "middle" }, xWords),
    h("text", { class: "middle", transform: `translate(14 ${(top + bottom) / 2}) rotate(-90)` }, yWords),
  ];
  const draw = (tag, attributes, ...children) => parts.push(h(tag, attributes, ...children));
  return {
    px, py, at, draw,
    line: (list, kind) => draw("path", { d: `M${list.map(([x, y]) => at(x, y)).join("L")}`, class: kind }),
    area: (list, kind) => draw("polygon", { points: list.map(([x, y]) => at(x, y)).join(" "), class: kind }),
    dot: (x, y, kind, r = 6) => draw("circle", { cx: px(x), cy: py(Math.max(y0, Math.min(y1, y))), r, class: kind }),
    say: (x, y, text, kind = "") => draw("text", { x: px(x), y: py(y), class: kind }, text),
    done: () => h("svg", { viewBox: "0 0 420 300", role: "img", "aria-label": words }, parts, axis, ticks),
  };
}

export const HUNDREDTHS = [0, 0.25, 0.5, 0.75, 1].map((x) => [x, `${100 * x} %`]);

// One bar of right, "I don't know" and wrong.
export function bar(shares, words) {
  let x = 0;
  const parts = ["right", "idk", "wrong"].map((kind) => {
    const width = 100 * shares[kind];
    const part = h("rect", { x, y: 0, width, height: 10, class: `fill-${kind}` });
    x += width;
    return part;
  });
  const told = ["right", "idk", "wrong"].map((kind) => `${words[kind]} ${percent(shares[kind])}`);
  return h("svg", { viewBox: "0 0 100 10", class: "bar", role: "img", "aria-label": told.join(", "), preserveAspectRatio: "none" }, parts);
}

// A slider over the values of a list; the value is shown beside the label and told to readers.
export function slider(label, values, value, shown, change) {
  const nearest = values.reduce((best, v, i) => (Math.abs(v - value) < Math.abs(values[best] - value) ? i : best), 0);
  const told = h("b", {}, shown(values[nearest]));
  const input = h("input", {
    type: "range", min: 0, max: values.length - 1, step: 1, value: nearest, "aria-valuetext": shown(values[nearest]),
    oninput: () => {
      const chosen = values[Number(input.value)];
      told.textContent = shown(chosen);
      input.setAttribute("aria-valuetext", shown(chosen));
      change(chosen);
    },
  });
  return h("label", { class: "control" }, h("span", {}, label, " "), told, input);
}

export function table(rows) {
  return h("table", {}, h("tbody", {}, rows.map(([name, ...cells]) =>
    h("tr", {}, h("th", { scope: "row" }, name), cells.map((c) => h("td", {}, c))))));
}

export function steps(from, to, step) {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Number((from + i * step).toFixed(10)));
}
