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

const topicOf = (id: string): string => id.split('/', 1)[0] ?? '';

/** True iff this id is named: by itself, by its topic, by a pattern, or by the file or folder that it lies in. */
export const isNamed = (name: string, id: string): boolean => {
  const bare = name.replace(/(\.bpf\.c|\/)$/, '');
  if (isPattern(bare)) return matcher(bare)(id);
  return bare === id || id.startsWith(`${bare}/`) || bare.endsWith(`/${id}`) || bare.endsWith(`/${topicOf(id)}`);
};

/** `; did you mean X?`: the names that contain the word, else the closest one. */
export const didYouMean = (word: string, names: readonly string[]): string => {
  const containing = names.filter(n => word.length > 2 && n.includes(word)).slice(0, 5);
  const close = nearest(word, names);
  const candidates = containing.length > 0 ? containing : close === undefined ? [] : [close];
  return candidates.length === 0 ? '' : `; did you mean ${candidates.join(', ')}?`;
};
