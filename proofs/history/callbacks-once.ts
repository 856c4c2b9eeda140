/** Which paths the verifier followed before 2023: the body of a callback once, and then on. */
import type { Edge, Program } from '../../model/program.js';

/**
 * The program as such a verifier sees it; what the machine does is the same. Where a function may call back, its end comes
 * after one round: not before, and no second round. less() of a tree is left as it is.
 */
export const callbacksOnce = (p: Program): Program => {
  const heads = p.edges.flatMap(e => (e.does.event === 'enter_callback' && e.does.kind !== 'less' ? [e.from] : []));
  const first = 1 + Math.max(p.entry, p.exit, ...p.edges.flatMap(e => [e.from, e.to]));
  const afterRound = new Map(heads.map((h, i) => [h, first + i]));
  const edges = p.edges.flatMap((e): Edge[] => {
    if (e.only === 'machine') return [e];
    const end = afterRound.get(e.from);
    if (end !== undefined && e.does.event !== 'enter_callback')
      return [
        { ...e, only: 'machine' },
        { ...e, from: end, only: 'verifier' },
      ];
    const back = e.bound === undefined ? undefined : afterRound.get(e.to);
    if (back === undefined) return [e];
    const { bound: _, ...once } = e;
    const forVerifier: Edge = { ...once, to: back, only: 'verifier' };
    return e.only === 'verifier' ? [forVerifier] : [{ ...e, only: 'machine' }, forVerifier];
  });
  return { ...p, edges };
};
