/** Fits text into columns. Widths are counted before anything is coloured. */

/** Breaks text at spaces so that no line is wider than `width`, unless a single word is. Keeps nothing of the old line breaks. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(w => w !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
};

/** Wraps with the same indent before every line; `hang` more before all but the first. */
export const indented = (text: string, width: number, indent: number, hang = 0): readonly string[] =>
  wrap(text, Math.max(20, width - indent - hang)).map((line, i) => ' '.repeat(i === 0 ? indent : indent + hang) + line);

/** The words of a sentence as they are told inside another one. Abbreviations keep their capitals. */
export const inSentence = (text: string): string =>
  /^[A-Z][a-z ]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;

/** Lists names in lines of at most `width`, after `indent` spaces. */
export const listed = (names: readonly string[], width: number, indent: number): readonly string[] =>
  indented(names.join(', '), width, indent);

/** `1 cell`, `2 cells`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** Starts with a capital letter and ends with a full stop, as a sentence does. */
export const sentence = (text: string): string => {
  const t = text.trim();
  if (t === '') return t;
  return `${t.charAt(0).toUpperCase()}${t.slice(1)}${/[.!?]$/.test(t) ? '' : '.'}`;
};
