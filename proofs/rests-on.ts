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

/** The name of a guard, without the rule that it stands in. */
const guardName = (g: string): string => g.slice(g.lastIndexOf(':') + 1);

/** By claim, the guards that it rests on. Claims that are not proved rest on nothing. */
export const restsOn = async (
  design: Design,
  claims: readonly Claim[],
  library: Library,
  o: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total: number, what: string) => void;
  } = {},
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const rules = rulesOf(design);
  const mine = claims.filter(c => c.design === design.id && c.outcome === 'proved');
  const names = [...new Set(mine.flatMap(c => c.guards.map(guardName)))].sort();
  const found = new Map(mine.map(c => [c.name, [] as string[]]));
  for (const [i, name] of names.entries()) {
    if (o.signal?.aborted === true) break;
    o.onProgress?.(i, names.length, `${design.id} without ${name}`);
    const events = eventsWith(rules, name);
    const cells = await cellsUnder(library, design, dropGuard(name)(rules), events, o.signal);
    const broken = new Set<PropertyId>();
    for (const c of cells) {
      if (c.cell !== 'unsound' || c.counterexample?.replayed !== true) continue;
      broken.add(c.counterexample.property);
      if (c.counterexample.wrongLock !== null) broken.add('wrong-lock');
    }
    for (const c of mine)
      if (broken.has(c.property) && c.guards.some(g => guardName(g) === name)) found.get(c.name)?.push(name);
  }
  return found;
};
