/** What alerts are about: a rule for each property, for each guard, and for each way of not having an answer. */
import type { Design } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import { properties, propertyIds } from '../model/properties.js';
import { rulesOf } from '../model/rules/index.js';
import type { ReportingDescriptor } from 'sarif';
import { explainGuard, explanationMarkdown } from './explanation.js';
import { fenced, prose } from './markdown-text.js';
import type { Report, Result } from './report.js';
import { suggestionForGuard, suggestionForProperty } from './suggestions.js';

/** Rules that are neither a property nor a guard. */
const others = {
  disagreement: {
    says: 'The two engines disagree, or a counterexample does not replay',
    help: 'This is a bug of holdfast. Please report it with the command and its input.',
  },
  unexpected: {
    says: 'The answer is not what the scenario expects',
    help: 'Either the design, the scenario or the expectation in its header is wrong: look at the evidence of the cell.',
  },
  unsupported: {
    says: 'The model has no words for something in the program',
    help: 'There is no verdict. Leave the construct out, or ask the kernel: holdfast kernel.',
  },
  inconclusive: {
    says: 'There is no answer within the bound or the time',
    help: 'It is neither safe nor unsafe as far as we know. Raise the limit that is named, or make the program smaller.',
  },
} as const;
type Other = keyof typeof others;
const isOther = (id: string): id is Other => Object.hasOwn(others, id);
const isProperty = (id: string): id is keyof typeof properties => propertyIds.some(p => p === id);

/** What a result is about: what breaks, if a design lets it through; else what stops the program. */
export const ruleOf = (r: Result): string => {
  if (r.disagreements.length > 0 || r.counterexample?.replayed === false) return 'disagreement';
  if (r.outcome === 'unsupported') return 'unsupported';
  if (r.outcome === 'inconclusive') return 'inconclusive';
  if (r.verdict === 'reject' && r.guard !== null && r.guard !== '') return r.guard;
  return r.property ?? 'unexpected';
};

const guardHelp = (id: string, designs: readonly Design[]): string | null => {
  for (const d of designs) {
    const explained = explainGuard(id, rulesOf(d), d);
    if (explained !== null) return explanationMarkdown(explained);
  }
  return null;
};

const descriptor = (
  id: string,
  says: string,
  help: { readonly text: string; readonly markdown: string },
  tags: readonly string[],
  extra: object = {},
): ReportingDescriptor => ({
  id,
  name: id,
  shortDescription: { text: says },
  fullDescription: { text: `${says}.` },
  help,
  properties: { tags: ['bpf', 'linux', ...tags], ...extra },
});

/** The messages that the kernel has for a guard, as they occur in the report. */
const messagesOf = (id: string, results: readonly Result[]): readonly string[] => [
  ...new Set(results.flatMap(r => r.programs.flatMap(p => (p.guard === id && p.message !== null ? [p.message] : [])))),
];

/** One descriptor for each rule that occurs, in the order of their ids. */
export const rulesIn = (report: Report, results: readonly Result[]): readonly ReportingDescriptor[] => {
  const designs = report.designs.flatMap(d => designNamed(d.id) ?? designNamed(d.baseline) ?? []);
  return [...new Set(results.map(ruleOf))].sort().map(id => {
    if (isOther(id)) {
      const { says, help } = others[id];
      return descriptor(id, says, { text: help, markdown: help }, ['no-answer']);
    }
    if (isProperty(id)) {
      const help = suggestionForProperty[id];
      return descriptor(
        id,
        properties[id],
        {
          text: help,
          markdown: `${properties[id]}.\n\n${prose(help)}\n\nMore: \`holdfast explain ${id}\``,
        },
        ['safety'],
      );
    }
    const messages = messagesOf(id, results);
    const help = suggestionForGuard(id);
    return descriptor(
      id,
      `The verifier rejects a program at the guard ${id}`,
      {
        text: help,
        markdown: [
          ...(messages.length === 0 ? [] : [...fenced(messages), '']),
          guardHelp(id.replace(/^load:/, ''), designs) ?? prose(help),
        ].join('\n'),
      },
      ['guard'],
      { kernelMessages: messages },
    );
  });
};
