/** The smallest programs that tell verifiers apart: from each other (Q5), and from the machine (Q4). One run, finished, replayed. */
import type { Design } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import type { At, ProgramEvent, Unit } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import type { Guard } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import type { RunSpec, SystemSpec } from '../model/system.js';
import { explore } from '../encodings/explore.js';
import { TooLarge } from '../encodings/graph.js';
import { machineOf } from '../encodings/machine.js';
import { themes } from '../encodings/themes/index.js';
import type { Theme } from '../encodings/themes/theme.js';
import type { Verdict } from '../encodings/verifier.js';
import { verifierOfProgram, verify } from '../encodings/verifier.js';
import type { Step, VerifierWalk } from '../encodings/verifier-walk.js';
import { verifierWalk } from '../encodings/verifier-walk.js';
import type { Workshop } from './finished-program.js';
import { brokenBy, isAccepted, systemOfBodies, workshopOf } from './finished-program.js';
import { modelOnlyStep } from './kernel-finding.js';

/** A program that one verifier rejects, and why. */
export interface Rejected {
  readonly spec: SystemSpec;
  readonly design: string;
  readonly guard: string;
  readonly message: string;
  readonly kernelFunction: string;
  /** What the machine makes of it, whatever a verifier says. */
  readonly safety: PropertyId | 'safe';
  /** The step that is not to be loaded into a kernel, if any. */
  readonly modelOnly: At | null;
}
export interface Separation extends Rejected {
  /** The design that accepts the program on all its branches; `design` rejects it. */
  readonly acceptedBy: string;
}
/** What was looked through, if nothing was found. */
export interface Looked {
  readonly theme: string;
  readonly states: number;
  /** Every path was seen that is shorter than what was found elsewhere. */
  readonly whole: boolean;
}
export interface Answer<T> {
  readonly found: T | null;
  readonly theme: string | null;
  readonly looked: readonly Looked[];
  /** Why there is nothing to look through; null if there is. */
  readonly reason: string | null;
}

export interface Options {
  /** Verifier states (pairs of them, for two designs) of each theme. */
  readonly maxStates: number;
  readonly signal?: AbortSignal;
  readonly onTheme?: (theme: string, done: number, of: number) => void;
}

type Line = readonly ProgramEvent[];
interface Node {
  readonly states: readonly Int32Array[];
  readonly before: Node | undefined;
  readonly does: ProgramEvent | undefined;
  readonly length: number;
}
const lineTo = (n: Node, last: ProgramEvent): Line => {
  const line = [last];
  for (let at: Node | undefined = n; at?.does !== undefined; at = at.before) line.push(at.does);
  return line.reverse();
};

const EXIT: ProgramEvent = { event: 'exit' };
/** Ways of one event to fail at one guard that are looked at. */
const MAX_ALIKE = 40;

/**
 * Breadth first over the states of verifiers that take the same events, as long as all accept. `differ` is asked of each event
 * that some verifier rejects; the first answer that is not null is returned.
 */
const breadthFirst = <T>(
  walks: readonly VerifierWalk[],
  unit: Unit,
  events: readonly ProgramEvent[],
  o: Options & { readonly maxLength: number },
  differ: (steps: readonly Step[], line: Line) => T | null,
): { readonly found: T | null; readonly length: number; readonly states: number; readonly whole: boolean } => {
  const keyOf = (states: readonly Int32Array[]): string => states.map(s => String.fromCharCode(...s)).join('|');
  const loaded = new Map(unit.maps.map(m => [m.name, walks.map(w => w.load(m.name))]));
  const root: Node = { states: walks.map(w => w.start), before: undefined, does: undefined, length: 0 };
  const seen = new Set([keyOf(root.states)]);
  const queue: Node[] = [root];
  const alike = new Map<string, number>();
  for (const n of queue) {
    if (n.length >= o.maxLength) return { found: null, length: 0, states: seen.size, whole: true };
    if (seen.size > o.maxStates || o.signal?.aborted === true)
      return { found: null, length: 0, states: seen.size, whole: false };
    for (const does of events) {
      const map = 'map' in does && typeof does.map === 'string' ? loaded.get(does.map) : undefined;
      const steps = walks.map((w, i): Step => {
        const atLoad = map?.[i];
        const state = n.states[i] ?? w.start;
        return atLoad?.kind === 'rejected' ? atLoad : w.step(state, does);
      });
      if (steps.some(s => s.kind === 'never' || s.kind === 'full')) continue;
      if (walks.some((w, i) => w.loses(n.states[i] ?? w.start, does))) continue;
      const states = steps.flatMap(s => (s.kind === 'on' ? [s.state] : []));
      if (states.length < walks.length) {
        const why = steps.map(s => (s.kind === 'rejected' ? `${s.event} ${s.guard.name}` : '')).join('|');
        const key = `${does.event}|${why}`;
        const times = alike.get(key) ?? 0;
        alike.set(key, times + 1);
        const found = times < MAX_ALIKE ? differ(steps, lineTo(n, does)) : null;
        if (found !== null) return { found, length: n.length + 1, states: seen.size, whole: false };
        continue;
      }
      if (does.event === 'exit') continue;
      const key = keyOf(states);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ states, before: n, does, length: n.length + 1 });
    }
  }
  return { found: null, length: 0, states: seen.size, whole: true };
};

/** The program of a line, its loose ends tied under the workshop's rules; null if they can't be. */
const programOfLine = (w: Workshop, line: Line): SystemSpec | null => {
  const body = w.completer.finish(line);
  return body === null ? null : systemOfBodies(w, [{ cpu: 0, body }], []);
};

const verdictOn = (spec: SystemSpec, design: Design, rules: Rules): Verdict | null => {
  const [r] = spec.runs;
  return r?.kind === 'program' ? verify(verifierOfProgram(spec, design, rules, r)) : null;
};

const rejectedBy = (spec: SystemSpec, design: Design, rules: Rules): Rejected | null => {
  const v = verdictOn(spec, design, rules);
  return v?.kind === 'reject'
    ? {
        spec,
        design: design.id,
        guard: v.guard,
        message: v.message,
        kernelFunction: v.kernelFunction,
        safety: 'safe',
        modelOnly: null,
      }
    : null;
};

/** No event can be left out of the line: `test` holds of none that is shorter by one. */
const shortest = <T>(line: Line, whole: T, test: (line: Line) => T | null): T => {
  let best = whole;
  let now = line;
  for (let again = true; again;) {
    again = false;
    for (const i of now.keys()) {
      const fewer = now.filter((_, k) => k !== i);
      const found = fewer.length === 0 ? null : test(fewer);
      if (found === null) continue;
      best = found;
      now = fewer;
      again = true;
      break;
    }
  }
  return best;
};

/** Searches theme after theme, each for something shorter than those before it have. */
const overThemes = <T>(
  o: Options,
  reason: string | null,
  one: (theme: Theme, maxLength: number) => ReturnType<typeof breadthFirst<T>> | null,
): Answer<T> => {
  const looked: Looked[] = [];
  let found: T | null = null;
  let where: string | null = null;
  let fewest = Infinity;
  if (reason === null)
    for (const [i, theme] of themes.entries()) {
      if (o.signal?.aborted === true) break;
      o.onTheme?.(theme.id, i, themes.length);
      const x = one(theme, fewest - 1);
      if (x === null) continue;
      looked.push({ theme: theme.id, states: x.states, whole: x.whole });
      if (x.found === null) continue;
      ({ found } = x);
      where = theme.id;
      fewest = x.length;
    }
  return { found, theme: where, looked, reason };
};

const notComparable = (a: Design, b: Design): string | null => {
  if (!a.hasGraphs || !b.hasGraphs) return `${a.hasGraphs ? b.id : a.id} is from before lists and trees`;
  if (dialectOf(a) !== dialectOf(b))
    return `${a.id} and ${b.id} want their locks in different places, so no program is one for both`;
  return null;
};

/** The smallest program of one run that one of the designs accepts on all its branches, and the other rejects. */
export const separate = (a: Design, b: Design, o: Options): Answer<Separation> => {
  const designs = [a, b].map(design => ({ design, rules: rulesOf(design) }));
  return overThemes(o, notComparable(a, b), (theme, maxLength) => {
    const units = designs.flatMap(d => theme.unit(d.design) ?? []);
    const distinct = units.filter((u, i) => units.findIndex(v => JSON.stringify(u) === JSON.stringify(v)) === i);
    let best: ReturnType<typeof breadthFirst<Separation>> | null = null;
    for (const unit of distinct) {
      const { slots } = theme.sizes;
      const mine = theme.alphabet(unit, a, slots);
      const theirs = new Set(theme.alphabet(unit, b, slots).map(e => JSON.stringify(e)));
      const events = [...mine.filter(e => theirs.has(JSON.stringify(e))), EXIT];
      const walks = designs.map(d => verifierWalk(theme, unit, d.design, d.rules, slots));
      const shops = designs.map(d => workshopOf(theme, unit, d.design, d.rules, slots));
      const test = (line: Line, yes: 0 | 1): Separation | null => {
        const shop = shops[yes];
        const no = designs[1 - yes];
        const spec = shop === undefined ? null : programOfLine(shop, line);
        if (shop === undefined || no === undefined || spec === null) return null;
        if (!isAccepted(spec, shop.design, shop.rules)) return null;
        const rejected = rejectedBy(spec, no.design, no.rules);
        return rejected === null ? null : { ...rejected, acceptedBy: shop.design.id };
      };
      const x = breadthFirst<Separation>(walks, unit, events, { ...o, maxLength }, (steps, line) => {
        const yes = steps[0]?.kind === 'on' ? 0 : 1;
        if (steps[yes]?.kind !== 'on') return null;
        const found = test(line, yes);
        const shop = shops[yes];
        if (found === null || shop === undefined) return null;
        const least = shortest(line, found, l => test(l, yes));
        const broken = brokenBy(least.spec, shop.design, shop.rules, undefined);
        if (broken === null) return least;
        return { ...least, safety: broken.property, modelOnly: modelOnlyStep(shop.design, least.spec, broken) };
      });
      if (best === null || (x.found !== null && (best.found === null || x.length < best.length))) best = x;
    }
    return best;
  });
};

const isPolicy = (g: Guard): boolean => 'policy' in g.protects;

/** The rules without one guard of one event. */
const withoutGuard = (rules: Rules, event: string, guard: string): Rules => {
  const e = rules.get(event);
  if (e === undefined) return rules;
  const verifier = { ...e.verifier, guards: e.verifier.guards.filter(g => g.name !== guard) };
  return new Map(rules).set(event, { ...e, verifier });
};

const MAX_STATES = 200_000;
const isSafe = (spec: SystemSpec, design: Design, rules: Rules): boolean => {
  try {
    return explore(machineOf(spec, design, rules), { maxStates: MAX_STATES }).kind === 'safe';
  } catch (error) {
    if (error instanceof TooLarge) return false;
    throw error;
  }
};
/** The same program by two runs at once, on two CPUs. */
const twice = (spec: SystemSpec): SystemSpec => ({
  ...spec,
  runs: spec.runs.flatMap((r): RunSpec[] =>
    r.kind === 'program' ? [r, { ...r, name: `${r.name}_2`, cpu: r.cpu + 1 }] : [r],
  ),
});

/**
 * The smallest program that the design rejects at a guard which is there to protect something, though nothing breaks: neither when
 * the program runs alone, nor when two CPUs run it at once. Its loose ends are tied as if the guard were not there.
 */
export const overStrict = (design: Design, o: Options): Answer<Rejected> => {
  const rules = rulesOf(design);
  const reason = design.hasGraphs ? null : `${design.id} is from before lists and trees`;
  return overThemes(o, reason, (theme, maxLength) => {
    const unit = theme.unit(design);
    if (unit === null) return null;
    const { slots } = theme.sizes;
    const walk = verifierWalk(theme, unit, design, rules, slots);
    const shops = new Map<string, Workshop>();
    const shopWithout = (event: string, guard: string): Workshop => {
      const key = `${event} ${guard}`;
      const known = shops.get(key) ?? workshopOf(theme, unit, design, withoutGuard(rules, event, guard), slots);
      shops.set(key, known);
      return known;
    };
    const events = [...theme.alphabet(unit, design, slots), EXIT];
    return breadthFirst<Rejected>([walk], unit, events, { ...o, maxLength }, ([step], line) => {
      if (step?.kind !== 'rejected' || isPolicy(step.guard)) return null;
      const shop = shopWithout(step.event, step.guard.name);
      const test = (l: Line): Rejected | null => {
        const spec = programOfLine(shop, l);
        if (spec === null) return null;
        const rejected = rejectedBy(spec, design, rules);
        if (rejected === null || rejected.guard !== step.guard.name) return null;
        return isSafe(spec, design, rules) && isSafe(twice(spec), design, rules)
          ? { ...rejected, spec: twice(spec) }
          : null;
      };
      const found = test(line);
      return found === null ? null : shortest(line, found, test);
    });
  });
};
