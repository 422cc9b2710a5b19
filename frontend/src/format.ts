// Figures as people read them: the rules of kpilot/core/format.py, for axes and tooltips.
// One table of cases (tests/core/format_cases.json) holds both to the same text.

export type Language = "en" | "fr";
export type Unit = "count" | "ratio" | "currency" | "days" | "seconds" | "months" | "multiple";
type Value = number | string;
type Parts = [text: string, unit: string];

const NARROW = "\u202f";
const NO_BREAK = "\u00a0";
const MINUS = "\u2212";
const DASH = "\u2013";
const SYMBOLS: Record<string, string> = { EUR: "€", USD: "$", GBP: "£", JPY: "¥", INR: "₹", PLN: "zł" };
const MINOR_UNITS: Record<string, number> = { JPY: 0, KRW: 0, CLP: 0, ISK: 0, XAF: 0, XOF: 0, TND: 3, KWD: 3 };
const SCALES: Record<Language, [number, string][]> = {
  en: [[9, "B"], [6, "M"], [3, "k"]],
  fr: [[9, "Md"], [6, "M"], [3, "k"]],
};

// A decimal number as written: units × 10^exponent, so that rounding never meets binary fractions.
interface Exact { units: bigint; exponent: number }

function exact(value: Value): Exact {
  const found = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(String(value));
  if (!found) throw new RangeError(`not a number: ${value}`);
  const [, minus, whole, rest = "", power = "0"] = found;
  return { units: BigInt(`${minus}${whole}${rest}`), exponent: Number(power) - rest.length };
}

const size = (units: bigint): bigint => (units < 0n ? -units : units);
const shifted = (value: Exact, by: number): Exact => ({ ...value, exponent: value.exponent + by });
const isZero = (value: Exact): boolean => value.units === 0n;

/** The power of ten of the first digit: 0 for 1 to 9. */
const adjusted = (value: Exact): number => String(size(value.units)).length - 1 + value.exponent;

/** Rounded half up to `digits` decimals. */
function round(value: Exact, digits: number): Exact {
  const power = value.exponent + digits;
  if (power >= 0) return { units: value.units * 10n ** BigInt(power), exponent: -digits };
  const step = 10n ** BigInt(-power);
  const up = (size(value.units) * 2n + step) / (step * 2n);
  return { units: value.units < 0n ? -up : up, exponent: -digits };
}

const atLeast = (value: Exact, power: number): boolean => !isZero(value) && adjusted(value) >= power;

function minus(a: Exact, b: Exact): Exact {
  const exponent = Math.min(a.exponent, b.exponent);
  const units = (x: Exact): bigint => x.units * 10n ** BigInt(x.exponent - exponent);
  return { units: units(a) - units(b), exponent };
}

function written(value: Exact, language: Language, digits: number, strip = false): string {
  const rounded = round(value, digits);
  const places = Math.max(digits, 0);
  const all = String(size(round(rounded, places).units)).padStart(places + 1, "0");
  const whole = all.slice(0, all.length - places);
  let rest = all.slice(all.length - places);
  if (strip) rest = rest.replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, language === "fr" ? NARROW : ",");
  const text = rest ? `${grouped}${language === "fr" ? "," : "."}${rest}` : grouped;
  return rounded.units < 0n ? `${MINUS}${text}` : text;
}

const signed = (text: string): string =>
  !text.startsWith(MINUS) && /[1-9]/.test(text) ? `+${text}` : text;

const symbolOf = (currency: string): string => SYMBOLS[currency] ?? currency;

function prefix(currency: string): string {
  const symbol = symbolOf(currency);
  return symbol.length > 1 ? `${symbol}${NO_BREAK}` : symbol;
}

function withCurrency(text: string, scale: string, currency: string, language: Language): Parts {
  const symbol = symbolOf(currency);
  if (language === "fr") {
    const space = scale && symbol.length > 1 ? NO_BREAK : "";
    return [text, scale || symbol ? `${NO_BREAK}${scale}${space}${symbol}` : ""];
  }
  const [sign, digits] = text.startsWith(MINUS) ? [MINUS, text.slice(1)] : ["", text];
  return [`${sign}${prefix(currency)}${digits}`, scale];
}

function percentParts(value: Exact, language: Language, digits: number): Parts {
  return [written(shifted(value, 2), language, digits), language === "fr" ? `${NO_BREAK}%` : "%"];
}

/** Three significant figures, and how many decimals that leaves. */
function three(value: Exact): [Exact, number] {
  if (isZero(value)) return [value, 0];
  const rounded = round(value, 2 - adjusted(value));
  return [rounded, Math.max(0, 2 - adjusted(rounded))];
}

function powerOf(value: Exact): number {
  const [rounded] = three(value);
  return SCALES.en.find(([power]) => atLeast(rounded, power))?.[0] ?? 0;
}

const letters = (power: number, language: Language): string =>
  SCALES[language].find(([known]) => known === power)?.[1] ?? "";

function scaledMoney(value: Exact, power: number, currency: string, language: Language): Parts {
  const [scaled, digits] = three(shifted(value, -power));
  const text = written(scaled, language, power ? Math.min(digits, 2) : digits, true);
  return withCurrency(text, letters(power, language), currency, language);
}

function countParts(value: Exact, language: Language, short: boolean): Parts {
  const power = powerOf(value);
  if (short && atLeast(value, 4) && power) {
    const [scaled, digits] = three(shifted(value, -power));
    const space = language === "fr" ? NO_BREAK : "";
    return [written(scaled, language, digits, true), `${space}${letters(power, language)}`];
  }
  return [written(value, language, 1, true), ""];
}

function daysParts(value: Exact, language: Language): Parts {
  const shown = round(value, atLeast(value, 2) ? 0 : 1);
  const text = written(shown, language, 1, true);
  const quantity = Math.abs(Number(shown.units)) * 10 ** shown.exponent;
  if (language === "fr") return [text, `${NO_BREAK}${quantity < 2 ? "jour" : "jours"}`];
  return [text, `${NO_BREAK}${quantity === 1 ? "day" : "days"}`];
}

function monthsParts(value: Exact, language: Language): Parts {
  const shown = round(value, atLeast(value, 2) ? 0 : 1);
  const quantity = Math.abs(Number(shown.units)) * 10 ** shown.exponent;
  const plural = quantity === 1 ? "month" : "months";
  return [written(shown, language, 1, true), `${NO_BREAK}${language === "fr" ? "mois" : plural}`];
}

function secondsParts(value: number, language: Language): Parts {
  const length = Math.abs(value);
  const sign = value < 0 ? MINUS : "";
  if (length < 90) return [written(exact(value), language, 0), `${NO_BREAK}s`];
  const minutes = Math.floor(length / 60 + 0.5);
  if (minutes < 90) return [`${sign}${minutes}`, `${NO_BREAK}min`];
  if (minutes < 48 * 60) {
    const rest = String(minutes % 60).padStart(2, "0");
    return [`${sign}${Math.floor(minutes / 60)}${NO_BREAK}h${NO_BREAK}${rest}`, ""];
  }
  return daysParts(exact(value / 86400), language);
}

/** A whole number with thousands separators: 1,234 or 1 234. */
export const number = (value: Value, language: Language): string => decimal(value, language, 0);

/** The value to `digits` decimals; `strip` drops zeros at the end of the decimals. */
export const decimal = (value: Value, language: Language, digits: number, strip = false): string =>
  written(exact(value), language, digits, strip);

/** A fraction as a percentage: 0.443 is 44.3% or 44,3 %. */
export const percent = (fraction: Value, language: Language, digits = 1): string =>
  percentParts(exact(fraction), language, digits).join("");

/** How a percentage moved, with its sign: 0.035 is +3.5 points. */
export const points = (difference: Value, language: Language): string => pointsOf(exact(difference), language);

function pointsOf(difference: Exact, language: Language): string {
  const shown = round(shifted(difference, 2), 1);
  const tenths = size(shown.units);
  const one = language === "fr" ? tenths < 20n : tenths === 10n;
  return `${signed(written(shown, language, 1))}${NO_BREAK}${one ? "point" : "points"}`;
}

/** An amount to the cent, for tables. */
export const money = (amount: Value, currency: string, language: Language): string =>
  withCurrency(decimal(amount, language, MINOR_UNITS[currency] ?? 2), "", currency, language).join("");

/** An amount to three significant figures, for cards. */
export const moneyShort = (amount: Value, currency: string, language: Language): string =>
  parts(amount, "currency", language, currency, true).join("");

/** A KPI's value in its unit; `short` as cards show it, otherwise as tables do. */
export const figure = (value: Value | null, unit: Unit, language: Language, currency = "", short = false): string =>
  parts(value, unit, language, currency, short).join("");

/** The number of a KPI's value, and the unit behind it with the space that parts them. */
export function parts(value: Value | null, unit: Unit, language: Language, currency = "", short = true): Parts {
  if (value === null) return [language === "fr" ? "n.d." : "n/a", ""];
  const given = exact(value);
  switch (unit) {
    case "ratio":
      return percentParts(given, language, 1);
    case "currency":
      if (short) return scaledMoney(given, powerOf(given), currency, language);
      return withCurrency(written(given, language, MINOR_UNITS[currency] ?? 2), "", currency, language);
    case "days":
      return daysParts(given, language);
    case "seconds":
      return secondsParts(Number(value), language);
    case "months":
      return monthsParts(given, language);
    case "multiple":
      return [written(given, language, Math.abs(Number(value)) < 10 ? 2 : 1, true), language === "fr" ? `${NO_BREAK}×` : "×"];
    default:
      return countParts(given, language, short);
  }
}

/** How far `value` is from `before`, with its sign; null when it cannot be said. */
export function change(value: Value, before: Value, unit: Unit, language: Language): string | null {
  const difference = minus(exact(value), exact(before));
  if (unit === "ratio") return pointsOf(difference, language);
  const plain = `${difference.units}e${difference.exponent}`;
  if (["days", "seconds", "months", "multiple"].includes(unit)) return signed(figure(plain, unit, language));
  if (Number(before) === 0) return null;
  return signed(percent((Number(value) - Number(before)) / Math.abs(Number(before)), language));
}

/** Both ends of an interval with the unit once: 36–53% or 36–53 %, €1.42–1.97M. */
export function interval(
  low: Value, high: Value, unit: Unit, language: Language, currency = "", digits = 0,
): string {
  const top = powerOf(exact(high));
  const end = (value: Value): Parts => {
    if (unit === "ratio") return percentParts(exact(value), language, digits);
    if (unit === "currency") return scaledMoney(exact(value), top, currency, language);
    return parts(value, unit, language, currency);
  };
  const [first, firstUnit] = end(low);
  let [last, lastUnit] = end(high);
  if (Number(low) < 0) return `${first}${firstUnit}${language === "fr" ? " à " : " to "}${last}${lastUnit}`;
  if (unit === "currency" && language !== "fr") last = last.replace(prefix(currency), "");
  if (unit === "seconds" && firstUnit !== lastUnit) return `${first}${firstUnit}${DASH}${last}${lastUnit}`;
  return `${first}${DASH}${last}${lastUnit}`;
}
