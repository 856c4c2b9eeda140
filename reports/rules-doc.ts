/** The rules in English, as docs/rules.md has them: written by the rules themselves. */
import { effectProse, prose, whereProse } from '../encodings/prose.js';
import type { EventRules, Guard, Rule, Source } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';

export const sourceText = (s: Source): string =>
  s.kernel ?? (s.mail === undefined ? `reading: ${s.reading ?? ''}` : `<${s.mail}>`);
export const protectsText = (g: Guard): string =>
  'policy' in g.protects ? `policy: ${g.protects.policy}` : g.protects.join(', ');
export const paramsText = (r: Rule): string =>
  r.params
    .map(p => p.name)
    .filter(n => !n.endsWith('.add'))
    .join(', ');

const cell = (text: string): string => text.replaceAll('|', '\\|');

const messages = (g: Guard): string =>
  [`\`${cell(g.message)}\``, ...(g.unless ?? []).map(u => `where ${cell(prose(u.when))}: \`${cell(u.message)}\``)].join(
    '; ',
  );

const guardTable = (guards: readonly Guard[]): string[] =>
  guards.length === 0
    ? ['No guards: the verifier always allows it.', '']
    : [
        '| # | guard | holds when | otherwise the kernel says | in | protects |',
        '|---|---|---|---|---|---|',
        ...guards.map(
          (g, i) =>
            `| ${String(i + 1)} | \`${g.name}\` | ${cell(prose(g.holds))} | ${messages(g)} | \`${g.kernel}\` | ${cell(protectsText(g))} |`,
        ),
        '',
      ];

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, '', ...lines.map(l => `- ${l}`), ''];

const stepTitle = (from: number, to: number, steps: number): string =>
  steps === 1
    ? ''
    : ` (from ${from === 0 ? 'before it' : `place ${String(from)}`} to ${to === -1 ? 'past it' : `place ${String(to)}`})`;

const machineText = (e: EventRules): string[] =>
  e.machine.flatMap(m => {
    const where = whereProse(m.does);
    return [
      `*Machine:* ${m.does.doc}${stepTitle(m.from, m.to, e.machine.length)}.`,
      '',
      ...(where === null ? [] : [`Possible when ${where}.`, '']),
      ...list(
        'Breaks:',
        m.does.bads.map(b => `\`${b.property}\` when ${prose(b.when)} (${b.reason})`),
      ),
      ...list('Then:', effectProse(m.does.effects)),
    ];
  });

/** Returns all rules of a design in Markdown, in the order of the table. */
export const rulesMarkdown = (rules: Rules, design = ''): string => {
  const of = (e: EventRules): string[] => {
    const where = whereProse(e.verifier);
    const params = paramsText(e.verifier);
    return [
      `## ${e.event}${params === '' ? '' : `(${params})`}`,
      '',
      e.verifier.doc,
      '',
      `Source: ${e.verifier.source.map(s => `\`${sourceText(s)}\``).join(', ')}.`,
      '',
      ...(where === null ? [] : [`Explored when ${where}.`, '']),
      ...guardTable(e.verifier.guards),
      ...list('Effect on the verifier:', effectProse(e.verifier.effects)),
      ...list(
        'Bounds of the model:',
        e.verifier.capacity.map(c => c.of),
      ),
      ...machineText(e),
    ];
  };
  const out = [
    '# The rules',
    '',
    `Generated from \`model/rules/\`${design === '' ? '' : ` as ${design} has them`}; do not edit. The first guard that fails is the verdict.`,
    'An effect happens at once: everything is read before anything is written, and what is not mentioned stays as it is.',
    'A run takes a step of the machine only while nothing interrupts it; that is not repeated at every step.',
    '',
    ...[...rules.values()].flatMap(of),
  ];
  return `${out.join('\n').trimEnd()}\n`;
};
