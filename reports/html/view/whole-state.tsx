/** All that is told of the machine after a step, on demand: what there was at the start and every change since. */
import type { Trace } from '../model.js';
import { factsAfter } from '../state.js';

export const WholeState = ({ trace, step }: { trace: Trace; step: number }) => {
  const facts = factsAfter(trace, step);
  return (
    <details class="state">
      <summary>
        Whole state after step {step} <span class="dim">({facts.length})</span>
      </summary>
      {facts.length === 0 ? (
        <p>Nothing is held, owned or linked.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Is</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {facts.map(f => (
              <tr key={f.what} class={f.since === step ? 'new' : ''}>
                <th scope="row">{f.what}</th>
                <td>{f.is}</td>
                <td class="dim">
                  {f.since === 0 ? 'start' : f.since === step ? 'this step' : `step ${String(f.since)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
};
