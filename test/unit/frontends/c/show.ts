/** Reads C in tests, and writes programs down one event a line. */
import type { Program, ProgramEvent, Unit } from '../../../../model/program.js';
import { readC, type ReadOptions } from '../../../../frontends/c/read.js';

const HEADERS = '#include <vmlinux.h>\n';

/** Returns the unit of a text that must be readable. The text begins on line 2. */
export async function unitOf(text: string, options: ReadOptions = {}): Promise<Unit> {
  const result = await readC('test.bpf.c', HEADERS + text, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.unit;
}

/** Returns the problems of a text as `line:column: words`. The text begins on line 2. */
export async function problemsOf(text: string, options: ReadOptions = {}): Promise<string[]> {
  const result = await readC('test.bpf.c', HEADERS + text, options);
  if (result.ok) return [];
  return result.problems.map(p => {
    const words = p.kind === 'unsupported' ? `unsupported: ${p.construct}` : p.message;
    return `${p.at.line}:${p.at.column}: ${words}`;
  });
}

/** Returns the program of a name. */
export function programOf(unit: Unit, name: string): Program {
  const program = unit.programs.find(p => p.name === name);
  if (program === undefined) throw new Error(`no program ${name}`);
  return program;
}

function show(program: Program, does: ProgramEvent): string {
  const operand = (o: { slot: number; add: number }): string =>
    `${program.slots[o.slot] ?? '?'}${o.add === 0 ? '' : o.add > 0 ? `+${o.add}` : o.add}`;
  const { event, ...rest } = does;
  const words = Object.entries(rest).map(([key, value]: [string, unknown]) => {
    if (typeof value === 'object' && value !== null && 'slot' in value)
      return operand(value as { slot: number; add: number });
    if (typeof value === 'number') {
      if (key === 'scalar' || key === 'from' || key === 'key') return program.scalars[value] ?? '?';
      if (key === 'off') return `@${value}`;
      return program.slots[value] ?? '?';
    }
    if (key === 'pointers') return (value as { slot: number; add: number }[]).map(operand).join(' ');
    if (key === 'to' || key === 'among') return `{${(value as number[]).join()}}`;
    if (key === 'ok' || key === 'isNull') return value === true ? key : `!${key}`;
    return value === null ? 'NULL' : typeof value === 'string' ? value : JSON.stringify(value);
  });
  return [event, ...words].filter(w => w !== '').join(' ');
}

/** Returns every edge as `from>to event operands`, with `only` and `bound`. */
export function edgesOf(program: Program): string[] {
  return program.edges.map(e => {
    const only = e.only === undefined ? '' : ` [${e.only}]`;
    const bound = e.bound === undefined ? '' : ` bound ${e.bound}`;
    return `${e.from}>${e.to} ${show(program, e.does)}${only}${bound}`;
  });
}

/** Returns the events of a program in the order of its edges, without their nodes. */
export const eventsOf = (program: Program): string[] => edgesOf(program).map(line => line.replace(/^\d+>\d+ /, ''));

/** Returns the events of a body of `int f(struct __sk_buff *ctx)`. */
export async function bodyEvents(body: string, before = '', options: ReadOptions = {}): Promise<string[]> {
  const unit = await unitOf(`${before}\nSEC("tc") int f(struct __sk_buff *ctx) {\n${body}\n}`, options);
  return eventsOf(programOf(unit, 'f'));
}
