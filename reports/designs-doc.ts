/** The page docs/designs.md, made from the designs so that it can't differ from them. */
import type { Design, SectionPolicy } from '../model/design.js';
import { guardKinds } from '../model/design.js';
import { allDesigns, lockDesigns, sectionRows } from '../model/designs/index.js';
import type { SectionPolicyId } from '../model/designs/section-policies.js';
import { sectionPolicies } from '../model/designs/section-policies.js';

const code = (text: string): string => `\`${text}\``;

/** Puts names of code into backticks: underscores and stars mean something in Markdown. */
const marked = (text: string): string => text.replaceAll(/SEC\("[^"]*"\)|__\w+|(?<!\w)\.[a-z]+(\.[a-z]+|\.\*)*/g, code);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(row => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? '').replaceAll('|', '\\|').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n');
};

const who = ({ author, kernel, reading }: Design['source']): string =>
  [
    author,
    ...(kernel === undefined ? [] : [`(${kernel})`]),
    ...(reading === undefined ? [] : [`*reading:* ${marked(reading)}`]),
  ].join(' ');

const placement = ({ where, locksPerValue }: Design['placement']): string => {
  const words: Readonly<Record<typeof where, string>> = {
    anywhere: `${locksPerValue} a value`,
    'locks-section': 'in `.locks`',
    'inside-structure': 'inside the structure',
  };
  return words[where];
};

const annotations = (d: Design): string => (d.annotations.length === 0 ? '-' : d.annotations.map(marked).join('; '));

const policyName = (policy: SectionPolicy): string => {
  const ids = Object.keys(sectionPolicies) as SectionPolicyId[];
  const id = ids.find(name => sectionPolicies[name] === policy);
  return id === undefined ? 'its own' : code(id);
};

const designRow = (d: Design): readonly string[] => [
  code(d.id),
  marked(d.title),
  who(d.source),
  d.identity.map(code).join(', '),
  code(d.guard),
  placement(d.placement),
  d.innerMaps,
  d.teardown,
  code(d.baseline),
  policyName(d.sections),
  annotations(d),
];

const sectionRules = ({ rules }: SectionPolicy): string => {
  const word = (mapped: SectionPolicy['rules'][number]['mapped']): string =>
    mapped === true ? 'mapped' : mapped === false ? 'hidden' : 'mapped if some variable is visible';
  return rules.map(rule => `${code(rule.section)} ${word(rule.mapped)}`).join(', then ');
};

const sectionRow = (d: Design): readonly string[] => [
  code(d.id),
  marked(d.title),
  who(d.source),
  sectionRules(d.sections),
  annotations(d),
];

/** Returns the text of docs/designs.md. */
export const designsMarkdown = (): string => {
  const messages = [...new Set(allDesigns.flatMap(d => d.source.message ?? []))];
  return [
    '# Designs',
    '',
    '<!-- Made from model/designs by reports/designs-doc.ts. Change the designs, then: npx vitest run test/unit/designs -u -->',
    '',
    `A design says how a verifier names locks, and what a held lock opens. These ship with holdfast; they come from the mail
${messages.map(message => code(`<${message}>`)).join(', ')} and the authors quoted there, where nothing else is said. \`design/variant\` is one reading of a point that
the thread leaves open. A design of your own is a change to one of these: see [the tutorial](tutorial-proposal.md).`,
    '',
    table(
      [
        'Design',
        'What it is',
        'Who',
        'Identity',
        'Guard',
        'Locks',
        'Inner maps',
        'Teardown',
        'Baseline',
        'Sections',
        'The programmer writes',
      ],
      lockDesigns.map(designRow),
    ),
    '',
    '*Identity*: what must be equal for two locks to be the same one. *Guard*: which held lock opens a head or root, see below.',
    '*Locks*: where they live, and how many. *Inner maps*: what stands for a value of an inner map. *Teardown*: the lock under which',
    'a list or tree is drained when its memory is freed. *Baseline*: the kernel release that decides everything else. Beside what',
    'is listed, every head and root needs its `__contains`.',
    '',
    '## Guards',
    '',
    table(
      ['Guard', 'A list or tree is opened by'],
      Object.entries(guardKinds).map(([kind, words]) => [code(kind), marked(words)]),
    ),
    '',
    '## Section policies',
    '',
    'Which data sections can user space map? Each is a row laid over `ptr-id`, and asked about sections only. The first pattern that',
    'matches the name of a section decides. Designs above that name no policy of their own have that of libbpf in September 2022,',
    '`libbpf-2022`, where every section is mapped.',
    '',
    table(['Policy', 'What it is', 'Who', 'Rules', 'The programmer writes'], sectionRows.map(sectionRow)),
    '',
  ].join('\n');
};
