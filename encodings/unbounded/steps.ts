/**
 * The all-programs system over any number of runs, slots, maps, values, objects and ids: each run carries the verifier state of
 * its path beside its concrete state, and may take any event whose guards pass.
 */
import { baselineOf } from '../../model/baseline.js';
import type { Design } from '../../model/design.js';
import type { Bad, Rule } from '../../model/rule.js';
import type { Rules } from '../../model/rules/index.js';
import type { Assign, Formula, Term, Var } from '../../model/term.js';
import { TRUE, eq, lit, not, set } from '../../model/term.js';
import {
  argumentOf,
  Doing,
  doing,
  isHypothetical,
  isLoad,
  isOfGraphs,
  isOfUser,
  named,
  shapeOf,
} from '../../model/any-program.js';
import { run } from '../../model/verifier-state.js';
import { simplify } from './simplify.js';

export interface Step {
  /** `bpf_list_push_front:leave`, or the name of the event if it has one step. */
  readonly name: string;
  readonly event: string;
  /** The run, the operands, and what the machine and the verifier choose: any values will do. */
  readonly vars: readonly Var[];
  /** The parts of the condition under which it happens, each with the guard or clause that it is. */
  readonly enabled: readonly { readonly name: string; readonly holds: Formula }[];
  readonly bads: readonly Bad[];
  readonly effects: readonly Assign[];
}

const doingAt = (event: string, at: number): Term => lit(Doing, at === 0 ? 'nothing' : event);

const guardsOf = (r: Rule): { name: string; holds: Formula }[] =>
  r.guards.map(g => ({ name: `guard.${g.name}`, holds: g.holds }));

/** All steps of the system under the rules of a design; functions that its baseline lacks are not called. */
export const stepsOf = (rules: Rules, design: Design): Step[] => {
  const { missing } = baselineOf[design.baseline];
  const out: Step[] = [];
  const exits = rules.get('bpf_throw');
  for (const e of rules.values()) {
    if (isLoad(e.event) || isHypothetical(e.event) || missing.has(e.event)) continue;
    if (!design.hasGraphs && isOfGraphs(e.event)) continue;
    const shape = shapeOf(e);
    const isProgram = !isOfUser(e.event);
    const params = [
      ...new Map([...e.verifier.params, ...(e.machine[0]?.does.params ?? [])].map(p => [p.name, p])).values(),
    ];
    const several = e.machine.some(m => m.to > 0);
    // A section is written through a mapping only if it could be mapped.
    const mmap = e.event === 'user_mmap_write' ? rules.get('user_mmap') : undefined;
    for (const m of e.machine) {
      const leaves = m.to === -1;
      const chooses = e.verifier.choices.length > 0;
      const skipped: Bad[] =
        leaves && isProgram && !chooses && simplify(e.verifier.where) !== TRUE
          ? [
              {
                property: 'wild-access',
                when: not(e.verifier.where),
                reason:
                  'the value is not what the verifier takes it for: the run takes a branch that it did not look at',
              },
            ]
          : [];
      const stepName = m.does.name.includes(':') ? m.does.name.slice(m.does.name.lastIndexOf(':') + 1) : undefined;
      out.push({
        name: several
          ? `${e.event}:${stepName ?? String(m.from)}${m.from > 0 && stepName === 'acquire' ? '-after-wait' : ''}`
          : e.event,
        event: e.event,
        vars: [run, ...params, ...m.does.choices.map(c => c.of), ...(leaves ? e.verifier.choices.map(c => c.of) : [])],
        enabled: [
          { name: 'shape', holds: shape.where },
          ...(e.event === 'start' ? [] : [{ name: 'control', holds: eq(doing(run), doingAt(e.event, m.from)) }]),
          ...(m.from === 0 ? [] : params.map(p => ({ name: `operand-${p.name}`, holds: eq(argumentOf(p)(run), p) }))),
          { name: 'where', holds: m.does.where },
          ...(leaves && chooses ? [{ name: 'choice', holds: e.verifier.where }] : []),
          ...(isProgram ? guardsOf(e.verifier) : []),
          ...(mmap === undefined ? [] : guardsOf(mmap.verifier)),
          ...e.verifier.capacity.map((c, i) => ({ name: `bound.${String(i)}`, holds: c.holds })),
        ].map(c => ({ name: c.name, holds: simplify(c.holds) as Formula })),
        bads: [...m.does.bads, ...skipped],
        effects: [
          ...m.does.effects,
          ...(leaves ? e.verifier.effects : []),
          ...(leaves ? shape.remembers : []),
          ...joined(m.does, e.verifier),
          ...(several
            ? [
                set(doing(run), doingAt(e.event, leaves ? 0 : m.to)),
                ...(m.from === 0 && !leaves ? params.map(p => set(argumentOf(p)(run), p)) : []),
              ]
            : []),
        ],
      });
    }
    // A global subprogram is verified alone; run, it may throw, and then nobody returns to its caller.
    const end = e.event === 'call_global' && !missing.has('bpf_throw') ? exits?.machine[0]?.does : undefined;
    if (end !== undefined)
      out.push({
        name: 'call_global:throws',
        event: e.event,
        vars: [run, ...e.verifier.params],
        enabled: [
          { name: 'shape', holds: shape.where },
          { name: 'control', holds: eq(doing(run), doingAt(e.event, 0)) },
          { name: 'where', holds: end.where },
          ...guardsOf(e.verifier),
        ].map(c => ({ name: c.name, holds: simplify(c.holds) as Formula })),
        bads: end.bads,
        effects: end.effects,
      });
  }
  return out;
};

/** Where a reference instance and a reference of the verifier come from one event, the one stands for the other. */
const joined = (machine: Rule, verifier: Rule): Assign[] => {
  const instance = machine.choices.find(c => c.of.sort.name === 'Ref');
  const id = verifier.choices.find(c => c.of.sort.name === 'Id');
  return instance === undefined || id === undefined ? [] : [set(named(run, instance.of), id.of)];
};
