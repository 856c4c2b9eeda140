/** Characters that nobody sees, or that turn text around, are shown as what they are: names and files come from strangers. */

// As JSON writes them: the escapes of control characters and of lone halves of pairs; DEL, C1, directions and what is no character as they stand.
const unseenInJson =
  /\\u00[01]|\\[bfr]|\\ud[89a-f]|[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{NChar}/u;

const DELETE = 0x7f;
const PICTURES = 0x2400;
const isLoneSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

const shown = (c: string): string => {
  const code = c.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(PICTURES + code);
  if (code === DELETE) return '\u2421';
  return isLoneSurrogate(code) ? '\ufffd' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
};

/** Tabs and ends of lines stay. */
export const visible = (text: string): string =>
  text.replace(/[^\P{Cc}\t\n]|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}|\p{NChar}/gu, shown);

/** Returns data with all its texts visible. `json` is the same data as JSON, where somebody has it already. */
export const visibleData = <T>(value: T, json = JSON.stringify(value)): T =>
  unseenInJson.test(json)
    ? (JSON.parse(json, (_key, v: unknown) => (typeof v === 'string' ? visible(v) : v)) as T)
    : value;
