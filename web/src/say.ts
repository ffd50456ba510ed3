// Sentences of the page in the language of its reader; English needs no catalogue.

export interface Words {
  language: string;
  is_right_to_left: boolean;
  texts: Record<string, string | string[]>;
}

export type Values = Record<string, string | number>;

const ENGLISH: Words = { language: "en", is_right_to_left: false, texts: {} };
const FORMS: Record<string, string[]> = { fr: ["one", "other"], ar: ["zero", "one", "two", "few", "many", "other"] };
const SPOKEN = ["aria-label", "title", "placeholder"];

let words: Words = ENGLISH;
const written = new Map<Node, string>();
const spoken = new Map<Element, Map<string, string>>();

const filled = (text: string, values: Values): string => text.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));

/** Return a sentence in the language of the page, its gaps filled. */
export function say(text: string, values: Values = {}): string {
  const found = words.texts[text];
  return filled(typeof found === "string" ? found : Array.isArray(found) ? (found[0] ?? text) : text, values);
}

/** Return a sentence in the form that a number takes; {count} is that number. */
export function many(one: string, several: string, count: number, values: Values = {}): string {
  const all = { count: count.toLocaleString(locale()), ...values };
  const forms = words.texts[one];
  if (!Array.isArray(forms)) return filled(count === 1 ? one : several, all);
  const at = (FORMS[words.language] ?? []).indexOf(new Intl.PluralRules(words.language).select(count));
  return filled(forms[at < 0 ? forms.length - 1 : at] ?? several, all);
}

/** Return a text as it is: its name marks it for the catalogues, and say() translates it where it is shown. */
export const mark = (text: string): string => text;

/** Return the locale of numbers and days; digits are those of the report. */
export const locale = (): string => (words.language === "en" ? "en-GB" : `${words.language}-u-nu-latn`);

export const language = (): string => words.language;
export const isRightToLeft = (): boolean => words.is_right_to_left;

/** Speak another language from now on, in the parts of the page that stand in its file too. */
export function speak(next: Words): void {
  words = next;
  document.documentElement.lang = next.language;
  document.documentElement.dir = next.is_right_to_left ? "rtl" : "ltr";
  for (const [node, text] of written) if (node.isConnected) node.textContent = around(text);
  for (const [element, names] of spoken) for (const [name, text] of names) element.setAttribute(name, say(text));
}

const around = (text: string): string => text.replace(/\S[\s\S]*\S|\S/, (inner) => say(inner.replace(/\s+/g, " ")));

/** Remember what stands in the file of the page, in English, before anything is drawn. */
export function remember(root: HTMLElement): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (/[A-Za-z]/.test(node.textContent ?? "")) written.set(node, node.textContent ?? "");
  }
  for (const element of root.querySelectorAll("*")) {
    const names = SPOKEN.filter((name) => element.hasAttribute(name)).map((name): [string, string] => [name, element.getAttribute(name) ?? ""]);
    if (names.length > 0) spoken.set(element, new Map(names));
  }
}

export const english = (): Words => ENGLISH;
