/** What the running kernel said, for people and programs. */
import type { KernelAnswer } from '../kernel/answer.js';
import type { Agreement } from '../proofs/agreement.js';
import type { ProgramVerdict } from '../proofs/cell.js';
import { problemJson } from './json.js';
import { count, indented, wrap } from './layout.js';
import { pipeTable, problemMarkdown } from './markdown.js';
import type { Problem } from './matrix.js';
import type { Paint } from './paint.js';
import type { Sources } from './sources.js';
import { problemText } from './text.js';
import type { Tool } from './tool.js';
import { SCHEMA_VERSION } from './tool.js';

/** Which kernel answered, or why none could be asked. */
export type AskedKernel =
  { readonly release: string; readonly baseline: string; readonly libbpf: string } | { readonly missing: string };

/** What the kernel said of a program, and what the model does; `model` is null where the object could not be read. */
export interface Answer extends KernelAnswer {
  readonly model: ProgramVerdict | null;
  readonly agreement: Agreement;
}

export interface KernelReport {
  readonly tool: Tool;
  readonly kernel: AskedKernel;
  /** The design whose verdicts stand beside the kernel's. */
  readonly design: string;
  readonly answers: readonly Answer[];
  readonly problems: readonly Problem[];
  readonly exit: { readonly code: number; readonly meaning: string };
  readonly sources: Sources;
  /** With the verifier's log of each program. */
  readonly logs: boolean;
}

const sum = (r: KernelReport): string => {
  if ('missing' in r.kernel) return r.kernel.missing;
  const of = (verdict: KernelAnswer['verdict']): number => r.answers.filter(a => a.verdict === verdict).length;
  const errors = of('error');
  return (
    `Linux ${r.kernel.release}: ${count(r.answers.length, 'program')}, ${String(of('accept'))} accepted, ` +
    `${String(of('reject'))} rejected${errors === 0 ? '' : `, ${String(errors)} without an answer`}`
  );
};

/** How many programs agree in what. */
const tally = (r: KernelReport): Readonly<Record<Agreement, number>> => {
  const of = (a: Agreement): number => r.answers.filter(x => x.agreement === a).length;
  return {
    same: of('same'),
    'other-message': of('other-message'),
    'other-verdict': of('other-verdict'),
    unsupported: of('unsupported'),
    unanswered: of('unanswered'),
  };
};

const agreed = (r: KernelReport): string => {
  const n = tally(r);
  const rest = n.unanswered === 0 ? '' : `, ${String(n.unanswered)} that the kernel did not answer`;
  return (
    `${r.design} says the same of ${String(n.same)}, rejects ${String(n['other-message'])} with another message, ` +
    `differs on ${String(n['other-verdict'])}, and does not support ${String(n.unsupported)}${rest}`
  );
};

/** One line, though a message of the kernel may take two. */
const oneLine = (message: string): string => message.replaceAll('\n', ' ');

/** `reject: bpf_spin_unlock of different lock`. */
const saidText = (a: KernelAnswer): string => (a.message === null ? a.verdict : `${a.verdict}: ${oneLine(a.message)}`);

const colours: Readonly<Record<KernelAnswer['verdict'], (paint: Paint, text: string) => string>> = {
  accept: (paint, text) => paint.green(text),
  reject: (paint, text) => paint.red(text),
  error: (paint, text) => paint.magenta(text),
};

/** What the model says, where that is not the same. */
const modelText = ({ model, agreement, verdict }: Answer, design: string): string | null => {
  if (agreement === 'same' || verdict === 'error') return null;
  if (model === null) return `${design}: the object can't be read`;
  if (model.verdict === 'reject')
    return `${design} says: reject at ${model.guard ?? ''}: ${oneLine(model.message ?? '')}`;
  return `${design} says: ${model.verdict}${model.reason === null ? '' : `: ${model.reason}`}`;
};

const answerText = (a: Answer, r: KernelReport, paint: Paint, width: number, nameWidth: number): string[] => {
  const [first = '', ...rest] = indented(saidText(a), width, nameWidth + 4);
  const before = a.messages.slice(0, -1).filter(m => m !== a.message);
  const head = `  ${a.program.padEnd(nameWidth)}  ${first.trimStart()}`;
  return [
    [head, ...rest].map(l => l.replace(a.verdict, v => colours[a.verdict](paint, v))).join('\n'),
    ...(modelText(a, r.design) === null
      ? []
      : indented(modelText(a, r.design) ?? '', width, nameWidth + 4).map(l =>
          a.agreement === 'other-verdict' ? paint.magenta(l) : paint.yellow(l),
        )),
    ...before.flatMap(m => indented(`before that: ${oneLine(m)}`, width, nameWidth + 4).map(l => paint.dim(l))),
    ...(r.logs
      ? a.log
          .trimEnd()
          .split('\n')
          .map(l => paint.dim(`    | ${l}`))
      : []),
  ];
};

/** One program a line under the name of its object, and the count. */
export const kernelText = (r: KernelReport, o: { paint: Paint; width: number; quiet: boolean }): string => {
  const shown = o.quiet ? r.answers.filter(a => a.verdict !== 'accept' || a.agreement !== 'same') : r.answers;
  const nameWidth = Math.max(0, ...shown.map(a => a.program.length));
  const objects = [...new Set(shown.map(a => a.file))];
  const lines = [
    ...objects.flatMap(file => [
      o.paint.bold(r.sources.name(file)),
      ...shown.filter(a => a.file === file).flatMap(a => answerText(a, r, o.paint, o.width, nameWidth)),
    ]),
    ...r.problems.map(p => problemText(p, r.sources)),
    ...wrap(sum(r), o.width),
    ...(r.answers.length === 0 ? [] : wrap(agreed(r), o.width)),
  ];
  return `${lines.join('\n')}\n`;
};

const cell = (text: string): string => oneLine(text).replaceAll('|', String.raw`\|`);

export const kernelMarkdown = (r: KernelReport): string => {
  const lines = [
    '# What the kernel says',
    '',
    ...wrap(sum(r), 80),
    ...(r.answers.length === 0 ? [] : ['', ...wrap(agreed(r), 80)]),
    ...(r.answers.length === 0
      ? []
      : [
          '',
          ...pipeTable(
            ['object', 'program', 'verdict', 'message', r.design],
            r.answers.map(a => [
              r.sources.name(a.file),
              a.program,
              a.verdict,
              cell(a.message ?? ''),
              a.agreement === 'same' ? 'the same' : cell(modelText(a, r.design) ?? a.agreement),
            ]),
          ),
        ]),
    ...r.problems.flatMap(p => ['', ...problemMarkdown(p, r.sources)]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
};

const answerJson = (a: Answer, r: KernelReport) => ({
  file: r.sources.name(a.file),
  program: a.program,
  section: a.section,
  verdict: a.verdict,
  stage: a.stage,
  errno: a.errno,
  message: a.message,
  messages: a.messages,
  model:
    a.model === null
      ? null
      : {
          design: r.design,
          verdict: a.model.verdict,
          guard: a.model.guard,
          message: a.model.message,
          reason: a.model.reason,
          at: a.model.at,
        },
  agreement: a.agreement,
  ...(r.logs ? { log: a.log, btfLog: a.btfLog, warnings: a.warnings } : {}),
});

const head = (r: KernelReport) => ({
  tool: { name: r.tool.name, version: r.tool.version },
  exit: r.exit,
  design: r.design,
  agreement: tally(r),
  kernel: r.kernel,
});

export const kernelJson = (r: KernelReport): string =>
  `${JSON.stringify(
    {
      schemaVersion: SCHEMA_VERSION,
      ...head(r),
      results: r.answers.map(a => answerJson(a, r)),
      problems: r.problems.map(p => problemJson(p, r.sources)),
    },
    null,
    2,
  )}\n`;

/** One object a line; the last is the summary. */
export const kernelJsonl = (r: KernelReport): string => {
  const line = (type: string, value: object): string =>
    `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, type, ...value })}\n`;
  return [
    ...r.answers.map(a => line('result', answerJson(a, r))),
    ...r.problems.map(p => line('problem', problemJson(p, r.sources))),
    line('summary', head(r)),
  ].join('');
};
