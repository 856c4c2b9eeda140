/** Locks and ownership after a step, as a graph. What is new has a plus, what went a minus: colours only repeat it. */
import { pictureOf } from '../graph-layout.js';
import type { Arrow, ArrowState } from '../state.js';
import { arrowStates, arrowsOf } from '../state.js';
import type { Trace } from '../model.js';

const signs: Readonly<Record<ArrowState, string>> = { there: '', new: '+ ', gone: '\u2212 ' };
const words: Readonly<Record<ArrowState, string>> = { there: '', new: ' (new)', gone: ' (no longer)' };

/** Heads of arrows, one a state. They stand once in the page; pictures refer to them. */
export const ArrowHeads = () => (
  <svg class="heads" width="0" height="0" aria-hidden="true">
    <defs>
      {(['there', 'new', 'gone'] as const).map(state => (
        <marker
          key={state}
          id={`head-${state}`}
          class={state}
          viewBox="0 0 8 8"
          refX="7.5"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0.5L8 4L0 7.5z" />
        </marker>
      ))}
    </defs>
  </svg>
);

/** The same in words. */
const told = (trace: Trace, stateOf: (a: Arrow) => ArrowState | undefined): string => {
  const arrows = arrowsOf(trace).flatMap(a => {
    const state = stateOf(a);
    return state === undefined ? [] : [`${a.subject} ${a.relation} ${a.object}${words[state]}`];
  });
  return arrows.length === 0 ? 'Nobody holds or owns anything.' : `${arrows.join('; ')}.`;
};

export const Picture = ({ trace, step }: { trace: Trace; step: number }) => {
  const picture = pictureOf(trace);
  if (picture === null) return null;
  const stateOf = arrowStates(trace, step);
  const shown = picture.arrows.flatMap(a => {
    const state = stateOf(a.arrow);
    return state === undefined ? [] : [{ ...a, state }];
  });
  const busy = new Set(shown.flatMap(a => [a.arrow.subject, a.arrow.object]));
  return (
    <svg
      class="picture"
      role="img"
      aria-label={`Locks and ownership after step ${String(step)}: ${told(trace, stateOf)}`}
      width={picture.width}
      height={picture.height}
      viewBox={`0 0 ${String(picture.width)} ${String(picture.height)}`}
    >
      {shown.map(a => (
        <g key={`${a.arrow.subject} ${a.arrow.relation} ${a.arrow.object}`} class={`arrow ${a.state}`}>
          <path d={a.path} marker-end={`url(#head-${a.state})`} />
          <rect x={a.x - a.labelWidth / 2} y={a.y - 7} width={a.labelWidth} height={14} />
          <text x={a.x} y={a.y + 4} text-anchor="middle">
            {signs[a.state]}
            {a.arrow.relation}
          </text>
        </g>
      ))}
      {picture.nodes.map(n => (
        <g key={n.name} class={`node ${n.kind}${busy.has(n.name) ? '' : ' idle'}`}>
          <rect x={n.x} y={n.y} width={n.width} height={n.height} rx={n.kind === 'run' ? 12 : 3} />
          <text x={n.x + n.width / 2} y={n.y + n.height / 2 + 4} text-anchor="middle">
            {n.label}
            {n.label === n.name ? null : <title>{n.name}</title>}
          </text>
        </g>
      ))}
    </svg>
  );
};
