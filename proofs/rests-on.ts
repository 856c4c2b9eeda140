/**
 * What a claim rests on: the guards without which some program breaks it. Found by taking each guard that its proof uses out of
 * every rule, and running the scenarios that may notice.
 */
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import { rulesOf } from '../model/rules/index.js';
import { dropGuard } from '../encodings/change.js';
import type { Library } from './changed-rules.js';
import { cellsUnder, eventsWith } from './changed-rules.js';
import type { Claim } from './claims.js';
import { refutationsOf } from './refutations.js';

/** The name of a guard, without the rule that it stands in. */
const guardName = (g: string): string => g.slice(g.lastIndexOf(':') + 1);

export interface RestsOn {
  /** Without one of these some program breaks the claim. */
  readonly guards: readonly string[];
  /** Guards of one rule that stand in for each other: only without both does a program break it. */
  readonly pairs: readonly (readonly [string, string])[];
}

/** By claim, what it rests on. Claims that are not proved rest on nothing. */
export const restsOn = async (
  design: Design,
  claims: readonly Claim[],
  library: Library,
  o: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total: number, what: string) => void;
  } = {},
): Promise<ReadonlyMap<string, RestsOn>> => {
  const rules = rulesOf(design);
  const mine = claims.filter(c => c.design === design.id && c.outcome === 'proved');
  const used = new Map(mine.map(c => [c.name, new Set(c.guards.map(guardName))]));
  const names = [...new Set([...used.values()].flatMap(s => [...s]))].sort();
  const brokenWithout = async (...guards: readonly string[]): Promise<ReadonlySet<PropertyId>> => {
    const [first = ''] = guards;
    const changed = guards.reduce((r, g) => dropGuard(g)(r), rules);
    const cells = await cellsUnder(library, design, changed, eventsWith(rules, first), o.signal);
    return new Set(refutationsOf(cells, []).get(design.id)?.keys());
  };
  const found = new Map(mine.map(c => [c.name, { guards: [] as string[], pairs: [] as [string, string][] }]));
  for (const [i, name] of names.entries()) {
    if (o.signal?.aborted === true) break;
    o.onProgress?.(i, names.length, `${design.id} without ${name}`);
    const broken = await brokenWithout(name);
    for (const c of mine)
      if (broken.has(c.property) && used.get(c.name)?.has(name) === true) found.get(c.name)?.guards.push(name);
  }
  const pairs = new Map<string, readonly [string, string]>();
  for (const e of rules.values()) {
    const here = e.verifier.guards.map(g => g.name).filter(n => names.includes(n));
    for (const a of here) for (const b of here) if (a < b) pairs.set(`${a} ${b}`, [a, b]);
  }
  let done = 0;
  for (const [a, b] of pairs.values()) {
    o.onProgress?.(done++, pairs.size, `${design.id} without ${a} and ${b}`);
    const open = mine.filter(c => {
      const alone = found.get(c.name)?.guards ?? [];
      const both = used.get(c.name);
      return both?.has(a) === true && both.has(b) && !alone.includes(a) && !alone.includes(b);
    });
    if (open.length === 0 || o.signal?.aborted === true) continue;
    const broken = await brokenWithout(a, b);
    for (const c of open) if (broken.has(c.property)) found.get(c.name)?.pairs.push([a, b]);
  }
  return found;
};
