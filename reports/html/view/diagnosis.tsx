/** One diagnosis in its five sections. Its causal path is a trace, which one diagnosis of a page lets its reader step through. */
import type { SourceFile, Told, Trace } from '../model.js';
import { Lanes } from './lanes.js';
import { PlaceName } from './parts.js';
import { Picture } from './picture.js';
import { Source } from './source.js';
import { WholeState } from './whole-state.js';

export interface Stepping {
  /** From 1. */
  readonly step: number;
  readonly linkTo: (step: number) => string;
}

export interface DiagnosisProps {
  readonly told: Told;
  readonly subject: string;
  readonly trace: Trace;
  readonly files: readonly SourceFile[];
  /** Null where the trace is only listed. */
  readonly stepping: Stepping | null;
  /** Where stepping begins; null on a page that nobody steps on. */
  readonly linkTo: ((step: number) => string) | null;
}

const fileNamed = (files: readonly SourceFile[], name: string | undefined): SourceFile | undefined =>
  files.find(f => f.name === name);

const Quoted = ({ told, files }: { told: Told; files: readonly SourceFile[] }) => {
  if (told.at === null) return <p>No place in the program: this is checked when it is loaded.</p>;
  const line = fileNamed(files, told.at.file)?.text.split('\n')[told.at.line - 1];
  return (
    <p class="at">
      <PlaceName at={told.at} />
      {line === undefined || line.trim() === '' ? null : <code class="quoted">{line.trim()}</code>}
    </p>
  );
};

/** A path ends where the program is rejected, unless something else is to blame than its last event. */
const endingOf = (told: Told, trace: Trace): string | null => {
  if (trace.kind === 'run') return 'breaks it here';
  const last = trace.steps.at(-1)?.at ?? null;
  return last !== null && last.line === told.at?.line && last.file === told.at.file ? 'is rejected here' : null;
};

/** Links, so that they need no handlers and every step has an address. At either end they lead nowhere else. */
const Controls = ({ stepping: { step, linkTo }, most }: { stepping: Stepping; most: number }) => {
  const control = (to: number, name: string, sign: string, key: string) => (
    <a
      class="control"
      href={linkTo(to)}
      data-step={to}
      aria-label={name}
      aria-disabled={to === step}
      title={`${name} (${key})`}
    >
      <span aria-hidden="true">{sign}</span>
    </a>
  );
  return (
    <nav class="controls" aria-label="Steps">
      {control(1, 'First step', '\u21e4', 'Home')}
      {control(Math.max(1, step - 1), 'Previous step', '\u2190', 'k or left')}
      {control(Math.min(most, step + 1), 'Next step', '\u2192', 'j or right')}
      {control(most, 'Last step', '\u21e5', 'End')}
      <span class="count">
        Step <b>{step}</b> of {most}
      </span>
      <span class="keys">
        <kbd>j</kbd> <kbd>k</kbd> or <kbd>{'\u2190'}</kbd> <kbd>{'\u2192'}</kbd> step, <kbd>?</kbd> all keys
      </span>
    </nav>
  );
};

/** What a screen reader says at every step. */
const spoken = (trace: Trace, step: number): string => {
  const s = trace.steps[step - 1];
  if (s === undefined) return '';
  const changes = s.changes.map(c => `${c.what}: ${c.from} becomes ${c.to}`);
  return [
    `Step ${String(step)} of ${String(trace.steps.length)}, ${trace.lanes[s.lane] ?? ''}: ${s.text}`,
    ...(s.at === null ? [] : [`line ${String(s.at.line)}`]),
    ...changes,
  ].join('. ');
};

const Workspace = ({ p, stepping }: { p: DiagnosisProps; stepping: Stepping }) => {
  const { trace, told, files } = p;
  const { step } = stepping;
  const at = trace.steps[step - 1]?.at ?? null;
  // A step that has no place of its own leaves the source where it was.
  const near = at ?? trace.steps.slice(0, step).findLast(s => s.at !== null)?.at ?? told.at;
  const file = fileNamed(files, near?.file);
  const visited = new Set(trace.steps.flatMap(s => (s.at?.file === file?.name ? [s.at?.line ?? 0] : [])));
  const isRun = trace.kind === 'run';
  return (
    <div class={`workspace${file === undefined ? ' alone' : ''}`}>
      <Controls stepping={stepping} most={trace.steps.length} />
      <p class="unseen" role="status" aria-live="polite">
        {spoken(trace, step)}
      </p>
      <div class="left">
        <div class="scroll steps" tabIndex={0} role="region" aria-label="Steps of the trace">
          <Lanes
            trace={trace}
            label={`Causal path of ${told.category}`}
            home={told.at?.file ?? null}
            now={step}
            linkTo={stepping.linkTo}
            ending={endingOf(told, trace)}
          />
        </div>
        {isRun ? (
          <div class="scroll drawing" tabIndex={0} role="region" aria-label="Locks and ownership">
            <Picture trace={trace} step={step} />
          </div>
        ) : null}
        {isRun ? <WholeState trace={trace} step={step} /> : null}
      </div>
      {file === undefined ? null : (
        <div class="right">
          <p class="file">
            <code>{file.name}</code>
          </p>
          <div class="scroll code" tabIndex={0} role="region" aria-label={`Source ${file.name}`}>
            <Source file={file} now={at?.line ?? null} visited={visited} />
          </div>
        </div>
      )}
    </div>
  );
};

const Listed = ({ p }: { p: DiagnosisProps }) => {
  const { trace, told } = p;
  const isRun = trace.kind === 'run';
  return (
    <>
      <div class="wide" tabIndex={0} role="region" aria-label={`Steps: ${p.subject}`}>
        <Lanes
          trace={trace}
          label={`Causal path of ${told.category}`}
          home={told.at?.file ?? null}
          now={null}
          linkTo={p.linkTo}
          ending={endingOf(told, trace)}
        />
      </div>
      {isRun ? <Picture trace={trace} step={trace.steps.length} /> : null}
      {isRun ? <WholeState trace={trace} step={trace.steps.length} /> : null}
    </>
  );
};

export const Diagnosis = (p: DiagnosisProps) => {
  const { told, trace, stepping } = p;
  return (
    <section class="diagnosis">
      <h2>
        <span class="category">{told.category}</span> {told.title}
      </h2>
      <p class="dim">{p.subject}</p>
      <div class="sections">
        <section>
          <h3>Reason</h3>
          {told.reason.map(r => (
            <p>{r}</p>
          ))}
        </section>
        <section>
          <h3>At</h3>
          <Quoted told={told} files={p.files} />
          {told.suggestion === '' ? null : (
            <>
              <h3>Suggestion</h3>
              <p>{told.suggestion}</p>
            </>
          )}
        </section>
      </div>
      <h3>Causal path {told.note === '' ? null : <span class="dim note">{told.note}</span>}</h3>
      {trace.steps.length === 0 ? (
        <p>None: nothing has happened yet.</p>
      ) : stepping === null ? (
        <Listed p={p} />
      ) : (
        <Workspace p={p} stepping={stepping} />
      )}
    </section>
  );
};
