/** A trace as a table: a column a lane, steps downwards, so that an interleaving is read downwards. */
import type { Step, Trace } from '../model.js';

/** The line alone where the file is that of the diagnosis. */
const where = (step: Step, home: string | null): string =>
  step.at === null || step.at.line === 0 ? '' : `${step.at.file === home ? '' : step.at.file}:${String(step.at.line)}`;

const StepText = ({ step, home }: { step: Step; home: string | null }) => (
  <>
    <code class="event">{step.text}</code> <span class="where">{where(step, home)}</span>
  </>
);

const Changes = ({ step }: { step: Step }) =>
  step.changes.length === 0 ? null : (
    <ul class="changes">
      {step.changes.map(c => (
        <li key={c.what}>
          {c.what}: <span class="was">{c.from}</span> <span aria-label="becomes">{'\u2192'}</span> {c.to}
        </li>
      ))}
    </ul>
  );

interface LanesProps {
  readonly trace: Trace;
  readonly label: string;
  /** The file of the diagnosis. */
  readonly home: string | null;
  /** The step that is shown, from 1; null where nobody steps. */
  readonly now: number | null;
  readonly linkTo: ((step: number) => string) | null;
  /** What the last step does, where it is the one that breaks something. */
  readonly ending: string | null;
}
export const Lanes = ({ trace, label, home, now, linkTo, ending }: LanesProps) => (
  <table class="lanes">
    <caption class="unseen">{label}</caption>
    <thead>
      <tr>
        <th scope="col" class="number">
          Step
        </th>
        {trace.lanes.map(l => (
          <th key={l} scope="col">
            {l}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {trace.steps.map((step, i) => {
        const n = i + 1;
        const isLast = n === trace.steps.length;
        return (
          <tr
            key={n}
            class={`${n === now ? 'now' : ''}${ending !== null && isLast ? ' breaks' : ''}`}
            aria-current={n === now ? 'step' : undefined}
          >
            <th scope="row" class="number">
              {n}
            </th>
            {trace.lanes.map((l, lane) =>
              lane === step.lane ? (
                <td key={l} class="here">
                  {linkTo === null ? (
                    <StepText step={step} home={home} />
                  ) : (
                    <a href={linkTo(n)}>
                      <StepText step={step} home={home} />
                    </a>
                  )}
                  {ending !== null && isLast ? <b class="breaking"> {ending}</b> : null}
                  <Changes step={step} />
                </td>
              ) : (
                <td key={l} />
              ),
            )}
          </tr>
        );
      })}
    </tbody>
  </table>
);
