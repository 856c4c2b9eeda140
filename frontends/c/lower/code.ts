/** The instructions of a function while they are written: labels, temporaries, and what is noted along the way. */
import type { At } from '../../../model/program.js';
import { readsOfValue, type Instruction, type Label, type LocalPlace, type Loop, type Value } from '../ir.js';
import type { FunctionDecl, LocalVar } from '../scope.js';
import type { CType } from '../types.js';
import { whole } from './basics.js';
import type { Lowering } from './context.js';

const MOST_INSTRUCTIONS = 20_000;

export interface Code {
  readonly decl: FunctionDecl;
  readonly code: readonly Instruction[];
  readonly labels: ReadonlyMap<Label, number>;
  readonly counters: Set<number>;
  readonly push: (i: Instruction) => void;
  readonly newLabel: () => Label;
  /** The label is here. */
  readonly place: (label: Label) => void;
  readonly jump: (to: Label, at: At, loop?: Loop | null, trips?: Value | null) => void;
  readonly newLocal: (name: string, type: CType, at: At, isTemp: boolean) => LocalVar;
  readonly temp: (name: string, type: CType, at: At) => LocalPlace;
  /** The variables that a value reads are counters. */
  readonly count: (value: Value) => void;
  /** What is assigned from here on is assigned in the loop. */
  readonly openLoop: (loop: Loop) => void;
  readonly closeLoop: () => void;
}

export function newCode(decl: FunctionDecl, unit: Lowering): Code {
  const { problems } = unit;
  const code: Instruction[] = [];
  const labels = new Map<Label, number>();
  const counters = new Set<number>();
  const loopsOpen: { loop: Loop; assigned: Set<LocalVar> }[] = [];
  let nextLabel = 0;

  const push = (i: Instruction): void => {
    if (code.length > MOST_INSTRUCTIONS) problems.stopUnsupported('a function of this size', decl.at);
    code.push(i);
    const to =
      i.op === 'fresh' ? i.local : 'to' in i && typeof i.to === 'object' && i.to?.base === 'local' ? i.to.local : null;
    if (to !== null) for (const open of loopsOpen) open.assigned.add(to);
  };
  const newLabel = (): Label => nextLabel++;
  const place = (label: Label): void => {
    labels.set(label, code.length);
    push({ op: 'label', label });
  };
  const jump = (to: Label, at: At, loop: Loop | null = null, trips: Value | null = null): void =>
    push({ op: 'jump', to, loop, trips, at });
  const newLocal = (name: string, type: CType, at: At, isTemp: boolean): LocalVar => ({
    id: unit.newLocalId(),
    fn: decl.name,
    name,
    type,
    at,
    isTemp,
    isAddressTaken: false,
  });
  const temp = (name: string, type: CType, at: At): LocalPlace => whole(newLocal(name, type, at, true));
  const count = (value: Value): void => {
    for (const local of readsOfValue(value)) counters.add(local.id);
  };
  const openLoop = (loop: Loop): void => {
    loopsOpen.push({ loop, assigned: new Set() });
  };
  const closeLoop = (): void => {
    const open = loopsOpen.pop();
    if (open !== undefined) open.loop.assigned = [...open.assigned];
  };

  return {
    decl, code, labels, counters, push, newLabel, place, jump, newLocal, temp, count, openLoop, closeLoop,
  }; // prettier-ignore
}
