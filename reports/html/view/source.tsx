/** A C file with its lines numbered, one of them current, and those marked that a trace comes by. */
import type { Line } from '../highlight.js';
import { highlighted } from '../highlight.js';
import type { SourceFile } from '../model.js';

const known = new WeakMap<SourceFile, readonly Line[]>();
const linesOf = (file: SourceFile): readonly Line[] => {
  let lines = known.get(file);
  if (lines === undefined) known.set(file, (lines = highlighted(file.text)));
  return lines;
};

interface SourceProps {
  readonly file: SourceFile;
  /** From 1; null if no line is current. */
  readonly now: number | null;
  readonly visited: ReadonlySet<number>;
}
export const Source = ({ file, now, visited }: SourceProps) => (
  <pre class="source">
    <code>
      {linesOf(file).map((line, i) => {
        const n = i + 1;
        return (
          <span
            key={n}
            class={`line${visited.has(n) ? ' visited' : ''}${n === now ? ' now' : ''}`}
            data-line={n}
            aria-current={n === now ? 'step' : undefined}
          >
            {line.map(p => (p.kind === '' ? p.text : <span class={`c-${p.kind}`}>{p.text}</span>))}
            {'\n'}
          </span>
        );
      })}
    </code>
  </pre>
);
