/** Small pieces that several parts of the page show. */
import type { ComponentChildren } from 'preact';
import type { At } from '../../../model/program.js';
import type { Origin } from '../../report.js';
import { noSources, placeText } from '../../sources.js';
import type { MarkId } from '../marks.js';
import { marks } from '../marks.js';

/** The symbol and the word: neither needs its colour. */
export const Badge = ({ mark }: { mark: MarkId }) => (
  <span class={`badge ${marks[mark].tone}`}>
    <span aria-hidden="true">{marks[mark].symbol}</span> {mark}
  </span>
);

export const PlaceName = ({ at }: { at: At }) => (
  <code>
    {placeText(at, noSources)}
    {at.insn === undefined ? '' : ` insn ${String(at.insn)}`}
  </code>
);

/** A message-id is a link to the archive of the list. */
export const OriginText = ({ origin }: { origin: Origin }) => {
  const parts: ComponentChildren[] = [];
  if (origin.author !== null) parts.push(origin.author);
  if (origin.message !== null)
    parts.push(
      <a href={`https://lore.kernel.org/r/${encodeURIComponent(origin.message)}`} rel="noreferrer noopener">
        {`<${origin.message}>`}
      </a>,
    );
  if (origin.kernel !== null) parts.push(`kernel: ${origin.kernel}`);
  return <>{parts.flatMap((p, i) => (i === 0 ? [p] : [', ', p]))}</>;
};

export const hasOrigin = (o: Origin | null): o is Origin =>
  o !== null && (o.author !== null || o.message !== null || o.kernel !== null);
