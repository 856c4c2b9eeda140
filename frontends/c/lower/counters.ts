/** Counters: variables whose constant values decide how a loop goes on, and those that they are computed from. */
import { readsOfValue, type Instruction, type Label } from '../ir.js';

/** Variables that a loop steps by itself and tests are counters, wherever in the loop the test stands. */
export function addStepped(
  code: readonly Instruction[],
  labels: ReadonlyMap<Label, number>,
  counters: Set<number>,
): void {
  const sources = new Map<number, Set<number>>();
  const stepped = new Set<number>();
  for (const i of code) {
    if (i.op !== 'set' && i.op !== 'arith') continue;
    const from = (i.op === 'set' ? [i.from] : [i.left, i.right]).flatMap(readsOfValue);
    const all = new Set(from.flatMap(l => [l.id, ...(l.isTemp ? (sources.get(l.id) ?? []) : [])]));
    if (i.to.local.isTemp) sources.set(i.to.local.id, all);
    else if (all.has(i.to.local.id)) stepped.add(i.to.local.id);
  }
  code.forEach((jump, end) => {
    if (jump.op !== 'jump' || jump.loop === null) return;
    for (let k = labels.get(jump.to) ?? end; k < end; k++) {
      const i = code[k];
      if (i?.op !== 'branch') continue;
      for (const local of [i.test.left, i.test.right].flatMap(readsOfValue)) {
        for (const id of local.isTemp ? (sources.get(local.id) ?? []) : [local.id])
          if (stepped.has(id)) counters.add(id);
      }
    }
  });
}

/** A variable that a counter is computed from is a counter too. */
export function close(code: readonly Instruction[], counters: Set<number>): void {
  let changed = true;
  while (changed) {
    changed = false;
    for (const i of code) {
      if ((i.op !== 'set' && i.op !== 'arith') || !counters.has(i.to.local.id)) continue;
      const from = i.op === 'set' ? [i.from] : [i.left, i.right];
      for (const local of from.flatMap(readsOfValue)) {
        if (counters.has(local.id) || local.type.kind !== 'int') continue;
        counters.add(local.id);
        changed = true;
      }
    }
  }
}
