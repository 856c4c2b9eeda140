/** The ways out of a statement: `break`, `continue` and `goto`, and what each of them leaves. */
import type { At } from '../../../model/program.js';
import type { Label } from '../ir.js';
import { field } from '../resolve.js';
import type { Node } from '../syntax.js';
import type { Code } from './code.js';
import type { Lowering } from './context.js';

/** Where `break` and `continue` lead, and the iterators that must be destroyed on the way out. */
interface Target {
  readonly breakTo: Label;
  readonly continueTo: Label | null;
  /** How many iterators stay open after a break, and after a continue. */
  readonly iterators: number;
  readonly continueIterators: number;
}

export interface Exits {
  /** Whether a `bpf_for` is around here. */
  readonly hasIterators: () => boolean;
  readonly leaveIterators: (keep: number, at: At) => void;
  /** Reads a loop's body. */
  readonly inLoop: (breakTo: Label, continueTo: Label, read: () => void) => void;
  /** Reads the body of a `bpf_for`: its iterator is open in there. */
  readonly inIteration: (breakTo: Label, continueTo: Label, read: () => void) => void;
  /** Reads the cases of a switch: `continue` leads out of what is around it. */
  readonly inSwitch: (breakTo: Label, read: () => void) => void;
  readonly breakOrContinue: (node: Node) => void;
  readonly collectLabels: (node: Node, depth: number) => void;
  readonly goTo: (node: Node) => void;
  /** The label of a labeled statement is here. */
  readonly placeNamed: (node: Node) => void;
}

export function newExits({ problems }: Lowering, { decl, labels, push, newLabel, place, jump }: Code): Exits {
  const named = new Map<string, { label: Label; at: At; iterators: number }>();
  const targets: Target[] = [];
  let iterators = 0;

  const within = (target: Target, read: () => void): void => {
    targets.push(target);
    read();
    targets.pop();
  };
  const inLoop = (breakTo: Label, continueTo: Label, read: () => void): void =>
    within({ breakTo, continueTo, iterators, continueIterators: iterators }, read);
  const inIteration = (breakTo: Label, continueTo: Label, read: () => void): void => {
    iterators++;
    within({ breakTo, continueTo, iterators: iterators - 1, continueIterators: iterators }, read);
    iterators--;
  };
  const inSwitch = (breakTo: Label, read: () => void): void =>
    within({ breakTo, continueTo: null, iterators, continueIterators: 0 }, read);

  /** break, goto and return out of a bpf_for destroy its iterator. */
  const leaveIterators = (keep: number, at: At): void => {
    for (let n = iterators; n > keep; n--) {
      push({ op: 'call', to: null, fn: 'bpf_iter_num_destroy', args: [], objType: null, at });
    }
  };

  const breakOrContinue = (node: Node): void => {
    const isBreak = node.type === 'break_statement';
    const target = targets.findLast(t => isBreak || t.continueTo !== null);
    if (target === undefined) return problems.stopInput(`${isBreak ? 'break' : 'continue'} outside a loop`, node.at);
    leaveIterators(isBreak ? target.iterators : target.continueIterators, node.at);
    jump(isBreak ? target.breakTo : (target.continueTo ?? target.breakTo), node.at);
  };

  /** Labels are known in the whole function, and jumping to one leaves the iterators opened around the goto only. */
  const collectLabels = (node: Node, depth: number): void => {
    if (node.type === 'labeled_statement') {
      const name = field(node, 'label')?.text ?? '';
      if (named.has(name)) problems.inputError(`label \`${name}\` is defined twice`, node.at);
      named.set(name, { label: newLabel(), at: node.at, iterators: depth });
    }
    const isBpfFor =
      node.type === 'for_statement' && (field(node, 'condition')?.text.startsWith('__hf_bpf_for') ?? false);
    for (const child of node.children) collectLabels(child, depth + (isBpfFor ? 1 : 0));
  };

  const goTo = (node: Node): void => {
    const label = node.children[0]?.text ?? '';
    const target = named.get(label);
    if (target === undefined) return problems.stopInput(`unknown label \`${label}\``, node.at);
    leaveIterators(target.iterators, node.at);
    const isBackward = labels.has(target.label);
    const loop = { fn: decl.name, name: `${decl.name}:${target.at.line}`, at: target.at, assigned: [] };
    jump(target.label, node.at, isBackward ? loop : null);
  };

  const placeNamed = (node: Node): void => {
    const target = named.get(field(node, 'label')?.text ?? '');
    if (target !== undefined) place(target.label);
  };

  return {
    hasIterators: () => iterators > 0,
    leaveIterators,
    inLoop,
    inIteration,
    inSwitch,
    breakOrContinue,
    collectLabels,
    goTo,
    placeNamed,
  };
}
