/** Links within the page: `#identity/two-loads@ptr-id&step=5`. */

export interface Place {
  /** The result; null for the matrix. */
  readonly id: string | null;
  /** Which diagnosis of it, from 1; null for the one that the page opens with. */
  readonly trace: number | null;
  /** From 1; null for the first. */
  readonly step: number | null;
}

export const atMatrix: Place = { id: null, trace: null, step: null };

/** As readable as an address can be. */
const escaped = (id: string): string =>
  encodeURIComponent(id.replaceAll(/\p{Cs}/gu, '\ufffd')).replaceAll(/%(?:2F|40|3A|2C)/g, c => decodeURIComponent(c));

export const hashOf = ({ id, trace, step }: Place): string =>
  id === null
    ? '#'
    : `#${escaped(id)}${trace === null ? '' : `&trace=${String(trace)}`}${step === null ? '' : `&step=${String(step)}`}`;

const numbered = (parts: readonly string[], name: string): number | null => {
  const text = parts.find(p => p.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
};

/** Total: what can't be read is the matrix. */
export const placeOf = (hash: string): Place => {
  const [first = '', ...rest] = hash.replace(/^#/, '').split('&');
  try {
    const id = decodeURIComponent(first);
    return id === '' ? atMatrix : { id, trace: numbered(rest, 'trace'), step: numbered(rest, 'step') };
  } catch {
    return atMatrix;
  }
};
