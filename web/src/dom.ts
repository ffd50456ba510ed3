// Elements by id, and new ones whose text is text: no name of a place or a source is ever taken for HTML.

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element ${id}`);
  return element as T;
}

type Child = Node | string;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function makeSvg(tag: string, attributes: Record<string, string | number> = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

export function fillSelect(select: HTMLSelectElement, options: [value: string, text: string][], chosen: string | null): void {
  select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
  if (chosen !== null && options.some(([value]) => value === chosen)) select.value = chosen;
}

/** Return a table with a heading for each column and, in each row, its first cell. */
export function table(columns: string[], rows: Child[][], label: string): HTMLTableElement {
  const head = make("tr", {}, ...columns.map((text) => make("th", { scope: "col" }, text)));
  const body = rows.map((cells) =>
    make("tr", {}, ...cells.map((cell, k) => (k === 0 ? make("th", { scope: "row" }, cell) : make("td", {}, cell)))),
  );
  return make("table", { "aria-label": label }, make("thead", {}, head), make("tbody", {}, ...body));
}
