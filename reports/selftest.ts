/**
 * A scenario as a selftest of the kernel: its programs as they are, in words that a kernel tree knows, each with what the verifier is
 * expected to say of it. What breaks a kernel is written so that no kernel loads it.
 */
import { properties } from '../model/properties.js';
import type { ProgramVerdict } from '../proofs/cell.js';
import type { Selftest } from '../proofs/selftest.js';
import type { Call } from './c-text.js';
import { callAt, callsOf, codeOf, inComment, mentions, offsetOf, stringOf } from './c-text.js';
import { declarations, inKernelWords, keepers } from './kernel-words.js';
import { sentence, wrap } from './layout.js';
import type { Result } from './report.js';
import type { Tool } from './tool.js';

/** There can be no selftest of it, and why. */
export class NoSelftest extends Error {}

export interface SelftestOf {
  /** The scenario, with its header. */
  readonly source: string;
  readonly selftest: Selftest;
  /** Paragraphs for the comment at the top; a line of a list begins with a space. */
  readonly about: readonly (readonly string[])[];
}

const LICENSE = 'GPL-2.0 OR Apache-2.0';
const WIDTH = 76;

/** Messages that are no text of the verifier: it never saw the program. */
const isBeforeVerifier = (message: string): boolean => /^(BTF load|BPF_MAP_CREATE): /.test(message);

/** The message with its holes as regular expressions, which `__msg` takes in double braces. */
const messagePattern = (message: string): string =>
  message.replaceAll(/%(?:ll)?[du]/g, '{{-?[0-9]+}}').replaceAll('%s', '{{.*}}');

/** `__failure __msg("...")`: what is expected of a program; null if nothing can be. */
export const expectation = (v: ProgramVerdict): string | null => {
  if (v.verdict === 'accept') return '__success';
  if (v.verdict !== 'reject') return null;
  return v.message === null || isBeforeVerifier(v.message)
    ? '__failure'
    : `__failure __msg(${stringOf(messagePattern(v.message))})`;
};

const verdictLine = (v: ProgramVerdict): string => {
  if (v.verdict !== 'reject') return `${v.program}: ${v.verdict}${v.reason === null ? '' : ` (${v.reason})`}`;
  const where = v.kernelFunction === null ? '' : ` (${v.kernelFunction})`;
  return `${v.program}: reject at ${v.guard ?? 'an unnamed guard'}${where}: ${v.message ?? ''}`;
};

const comment = (paragraphs: readonly (readonly string[])[]): string[] => {
  const line = (text: string): readonly string[] => {
    const [indent, hang] = text.startsWith(' ') ? [2, 4] : [0, 0];
    return wrap(inComment(text.trim()), WIDTH - hang).map((l, i) => ` * ${' '.repeat(i === 0 ? indent : hang)}${l}`);
  };
  const all = paragraphs.map(p => p.flatMap(line)).filter(p => p.length > 0);
  return ['/*', ...all.flatMap((p, i) => (i === 0 ? p : [' *', ...p])), ' */'];
};

/** The file without the header, and its licence if it says one. */
const bodyOf = (source: string): { readonly licence: string; readonly body: string } => {
  const text = source.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{Cc}\n\t]/gu, ' ');
  const body = text.replace(/^\s*\/\*---[^]*?---\*\/\n?/, '');
  const line = /^\s*(?:\/\/|\/\*) *SPDX-License-Identifier: *([\w.+() -]+?) *(?:\*\/ *)?\n/.exec(body);
  return line === null ? { licence: LICENSE, body } : { licence: line[1] ?? LICENSE, body: body.slice(line[0].length) };
};

/** One call wrapped in MODEL_ONLY, unless one that leads there is already. */
const withoutHole = (source: string, { hole }: Selftest): string => {
  if (hole === null) return source;
  const code = codeOf(source);
  const wrapped = callsOf(source, 'MODEL_ONLY');
  const isWrapped = (c: Call): boolean => wrapped.some(w => w.start <= c.start && c.end <= w.end);
  const calls = hole.calls.flatMap(at => {
    const start = offsetOf(source, at.line, at.column);
    return start === null ? [] : (callAt(source, start, code) ?? []);
  });
  if (calls.some(isWrapped)) return source;
  const [call] = calls;
  if (call === undefined || /^[ \t]*#/m.test(source.slice(call.start, call.end)))
    throw new NoSelftest(
      `${hole.kernel} accepts it and ${hole.property ?? 'something'} may break, and no call of it can be written so that no kernel loads it`,
    );
  return `${source.slice(0, call.start)}MODEL_ONLY(${source.slice(call.start, call.end)})${source.slice(call.end)}`;
};

const OURS =
  /^[ \t]*#[ \t]*include[ \t]*[<"](vmlinux|bpf\/bpf_helpers|bpf_experimental|bpf_misc|holdfast)\.h[>"].*\n/gm;
const INCLUDES = ['vmlinux.h', 'bpf/bpf_helpers.h'].map(h => `#include <${h}>`);

/** `SEC("tc")` as `SEC("?tc")`, which nothing loads unasked, and below it what is expected of the program. */
const withExpectations = (text: string, expected: ReadonlyMap<string, string>): string => {
  const code = codeOf(text);
  const places = callsOf(text, 'SEC').flatMap(c => {
    const head = /^[^;={]*(?=\{)/.exec(code.slice(c.end))?.[0];
    const names = head === undefined ? [] : [...head.matchAll(/\b\w+(?=\s*[(,])/g)].map(m => m[0]);
    const name = names.find(n => expected.has(n));
    return head === undefined ? [] : [{ c, head, name }];
  });
  const missing = [...expected.keys()].find(n => !places.some(p => p.name === n));
  if (missing !== undefined) throw new NoSelftest(`its program ${missing} is not written as SEC("...") and a function`);
  return places.reduceRight((t, { c, head, name }) => {
    const section = (c.args[0] ?? '').replace(/^"(?!\?)/, '"?');
    // What was expected of it before is gone.
    const rest = head.replace(
      /^(\s*\b__(success|failure|(not_)?msg|retval|log_level|description)(_unpriv)?\b(\s*\([^()]*\))?)+/,
      '',
    );
    const kept = text.slice(c.end + head.length - rest.length, c.end + head.length).replace(/^\s+/, '');
    const lines = [`SEC(${section})`, ...(name === undefined ? [] : [expected.get(name) ?? '']), kept];
    return t.slice(0, c.start) + lines.filter(l => l !== '').join('\n') + t.slice(c.end + head.length);
  }, text);
};

/** Returns the file. Throws NoSelftest for programs that can't be written so. */
export const selftestC = ({ source, selftest, about }: SelftestOf): string => {
  const { licence, body } = bodyOf(withoutHole(source.replaceAll(/\r\n?/g, '\n'), selftest));
  const text = inKernelWords(body.replaceAll(OURS, ''), selftest.keepsGuardedBy);
  const isModelOnly = mentions(text, 'MODEL_ONLY');
  const isLoadable = selftest.loadable === true && !isModelOnly;
  const expected = new Map(
    selftest.programs.flatMap(v => {
      const e = isLoadable ? expectation(v) : null;
      return e === null ? [] : [[v.program, e] as const];
    }),
  );
  const notLoaded = isModelOnly
    ? 'one step is written so that no kernel has it'
    : selftest.loadable === true
      ? null
      : selftest.loadable;
  const predicted = [
    `${selftest.kernel} is predicted to say:`,
    ...selftest.programs.map(v => ` ${verdictLine(v)}`),
    ...(notLoaded === null ? [] : [`No kernel loads this file (${notLoaded}), so it expects nothing.`]),
    ...(selftest.hole === null ? [] : ['What breaks a kernel is told to its maintainers first: security@kernel.org.']),
  ];
  const file = withExpectations(text, expected).trim();
  return [
    `// SPDX-License-Identifier: ${licence}`,
    ...comment([...about, predicted]),
    ...INCLUDES,
    ...['bpf_misc.h', 'bpf_experimental.h'].map(h => `#include "${h}"`),
    '',
    ...declarations(file),
    file,
    ...keepers(file),
    ...(/\bSEC\s*\(\s*"license"\s*\)/.test(file) ? [] : ['', 'char _license[] SEC("license") = "GPL";']),
    '',
  ].join('\n');
};

const originText = ({ origin }: Result): string[] => {
  const message = origin?.message ?? null;
  const author = origin?.author ?? null;
  const kernel = origin?.kernel ?? null;
  if (message !== null) return [`See <${message}>${author === null ? '' : ` by ${author}`}.`];
  return kernel === null ? [] : [`About ${kernel}.`];
};

const traceText = ({ counterexample: c }: Result): string[][] =>
  c === null
    ? []
    : [
        [`${c.property}: ${properties[c.property]}. ${sentence(c.reason)}`],
        [
          `The shortest run that shows it${c.minimal ? '' : ' (not known to be the shortest)'}:`,
          ...c.steps.map((s, i) => ` ${String(i + 1)}. ${s.cpu === s.run ? s.run : `${s.cpu} ${s.run}`}: ${s.text}`),
        ],
      ];

const madeBy = (tool: Tool, command: string): string[] => [`Made by ${tool.name} ${tool.version}:`, ` ${command}`];

/** What the selftest of a cell says at its top. */
const aboutResult = (r: Result, { kernel, isOtherDialect }: Selftest, tool: Tool): readonly (readonly string[])[] => [
  [r.asks ?? r.subject],
  originText(r),
  [
    `${r.design}: ${r.found}`,
    ...(r.programs.length > 1 && r.design !== kernel ? r.programs.map(v => ` ${verdictLine(v)}`) : []),
  ],
  isOtherDialect
    ? [`That is said of these programs with their locks where ${r.design} wants them, not as they stand here.`]
    : [],
  ...traceText(r),
  madeBy(tool, r.command),
];

/** What the selftest of a program that a search found says at its top; the verdicts of the designs stand beside the program. */
export const aboutFound = (question: string, tool: Tool, command: string): SelftestOf['about'] => [
  [question],
  madeBy(tool, command),
];

/** The selftest of a cell. */
export const selftestOfResult = (source: string, selftest: Selftest, result: Result, tool: Tool): string =>
  selftestC({ source, selftest, about: aboutResult(result, selftest, tool) });
