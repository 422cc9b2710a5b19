// Colours and sizes come from the CSS tokens, read when a chart is drawn: never from its options.

export interface Tokens {
  accent: string; ink: string; ink2: string; ink3: string; line: string; control: string;
  surface: string; font: string; small: number; category: (name: string) => string;
}

export function tokens(): Tokens {
  const root = getComputedStyle(document.documentElement);
  const read = (name: string): string => root.getPropertyValue(`--${name}`).trim();
  const rem = parseFloat(root.fontSize);
  return {
    accent: read("accent"), ink: read("ink"), ink2: read("ink-2"), ink3: read("ink-3"),
    line: read("line"), control: read("control"), surface: read("surface"),
    font: getComputedStyle(document.body).fontFamily,
    small: parseFloat(read("text-xs")) * rem,
    category: read,
  };
}

/** Calls `act` when the reader, the system or paper changes the colours. */
export function onTheme(act: () => void): void {
  matchMedia("print").addEventListener("change", act);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", act);
  new MutationObserver(act).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
