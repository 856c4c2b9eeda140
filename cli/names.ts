/** Names and patterns on the command line. */
import { nearest } from '../frontends/proposal/nearest.js';

export const isPattern = (text: string): boolean => /[*?]/.test(text);

/** `*` stands for any text without a slash, `**` for any text, `?` for one character. */
export const matcher = (pattern: string): ((text: string) => boolean) => {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*\*\/?|\*|\?/g, m => (m.startsWith('**') ? '.*' : m === '*' ? '[^/]*' : '[^/]'));
  const expression = new RegExp(`^${source}$`);
  return text => expression.test(text);
};

/** `; did you mean X?`: the names that contain the word, else the closest one. */
export const didYouMean = (word: string, names: readonly string[]): string => {
  const containing = names.filter(n => word.length > 2 && n.includes(word)).slice(0, 5);
  const close = nearest(word, names);
  const candidates = containing.length > 0 ? containing : close === undefined ? [] : [close];
  return candidates.length === 0 ? '' : `; did you mean ${candidates.join(', ')}?`;
};
