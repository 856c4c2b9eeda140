/** Explanations: rules, guards, properties, designs and scenarios in words, from the data that says what they are. */
import { effectProse, prose, spelledOut, whereProse } from '../encodings/prose.js';
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import { properties } from '../model/properties.js';
import type { EventRules, Guard, MachineStep } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import type { Fix } from '../proofs/history/fix.js';
import type { Expectation, Run, Scenario } from '../scenarios/header.js';
import { partsOf } from './design-parts.js';
import { inSentence, indented, sentence, wrap } from './layout.js';
import { meanings } from './matrix.js';
import type { Paint } from './paint.js';
import { paramsText, protectsText, sourceText } from './rules-doc.js';
import { suggestionForGuard, suggestionForProperty } from './suggestions.js';

export interface Item {
  readonly text: string;
  /** What belongs to it, each with a short name. */
  readonly facts: readonly (readonly [name: string, text: string])[];
}
export interface Explanation {
  readonly kind: 'rule' | 'guard' | 'property' | 'design' | 'scenario' | 'fix' | 'word' | 'claim';
  readonly name: string;
  readonly summary: string;
  readonly sections: readonly {
    readonly title: string;
    readonly isOrdered?: boolean;
    readonly items: readonly Item[];
  }[];
}

export const item = (text: string, ...facts: Item['facts']): Item => ({ text, facts });

/** With `isSpelledOut`, also what the named formulas in it stand for. */
const guardItem = (g: Guard, isSpelledOut = false): Item => {
  const words = prose(g.holds);
  const formula = spelledOut(g.holds);
  return item(
    g.name,
    ['holds when', words],
    ...(isSpelledOut && formula !== words ? [['that is', formula] as const] : []),
    ['or else', `"${g.message}"`],
    ...(g.unless ?? []).map(u => ['but', `"${u.message}" where ${prose(u.when)}`] as const),
    ['tested in', g.kernel],
    ['protects', protectsText(g)],
  );
};

const stepItem = (m: MachineStep): Item => {
  const where = whereProse(m.does);
  return item(
    m.does.doc,
    ...(where === null ? [] : [['possible', `when ${where}`] as const]),
    ...m.does.bads.map(b => ['breaks', `${b.property} if ${b.reason}`] as const),
    ...effectProse(m.does.effects).map(e => [e.includes(') stands for: ') ? 'let' : 'then', e] as const),
  );
};

/** Words of the reports that are no names of anything else. */
const words: Readonly<Record<string, string>> = {
  ...meanings,
  accept: "the design's verifier, as modelled, finds no path of the program on which a guard fails",
  reject: "a guard of the design's verifier fails on some path of the program; the first one in its order is named",
  safe: 'no interleaving of the runs of the scenario, within its own bounds, breaks a property; both engines agree',
  unsupported: 'a front end met something that it does not read; there is no verdict',
  'bound-reached': 'the search or a bound of the model ended before everything was seen; it proves nothing',
  disagreement: 'the two engines answer differently: a bug of Holdfast, and neither answer is shown as a result',
};
export const wordNames: readonly string[] = Object.keys(words);
/** What a word of the reports means; null for other words. */
export const explainWord = (name: string): Explanation | null => {
  const meaning = words[name];
  return meaning === undefined ? null : { kind: 'word', name, summary: sentence(meaning), sections: [] };
};

/** What the verifier asks and does at an event, and what the machine does. */
export const explainRule = (e: EventRules, design: Design): Explanation => {
  const { verifier } = e;
  const where = whereProse(verifier);
  const params = paramsText(verifier);
  return {
    kind: 'rule',
    name: `${e.event}${params === '' ? '' : `(${params})`}`,
    summary: `${verifier.doc} As ${design.id} has it.`,
    sections: [
      { title: 'Source', items: verifier.source.map(s => item(sourceText(s))) },
      ...(where === null ? [] : [{ title: 'Explored when', items: [item(where)] }]),
      {
        title: 'Guards, in order: the first that fails is the verdict',
        isOrdered: true,
        items:
          verifier.guards.length === 0
            ? [item('none: the verifier always allows it')]
            : verifier.guards.map(g => guardItem(g)),
      },
      {
        title: 'Effect on the verifier',
        items: verifier.effects.length === 0 ? [item('none')] : effectProse(verifier.effects).map(t => item(t)),
      },
      ...(verifier.capacity.length === 0
        ? []
        : [{ title: 'Bounds of the model', items: verifier.capacity.map(c => item(c.of)) }]),
      { title: 'In the machine', isOrdered: e.machine.length > 1, items: e.machine.map(stepItem) },
    ],
  };
};

const rulesWith = (rules: Rules, is: (g: Guard) => boolean): readonly string[] =>
  [...rules.values()].filter(e => e.verifier.guards.some(is)).map(e => e.event);

/** What a guard asks for, wherever it stands; null if no rule of the design has it. */
export const explainGuard = (name: string, rules: Rules, design: Design): Explanation | null => {
  const all = [...rules.values()].flatMap(e =>
    e.verifier.guards.filter(g => g.name === name).map(g => ({ event: e.event, g })),
  );
  const [first] = all;
  if (first === undefined) return null;
  const key = (g: Guard): string => JSON.stringify([prose(g.holds), g.message]);
  const forms = [...new Map(all.map(x => [key(x.g), x.g])).entries()];
  return {
    kind: 'guard',
    name,
    summary: `A guard of ${rulesWith(rules, g => g.name === name).join(', ')}. As ${design.id} has it.`,
    sections: [
      {
        title: 'What it asks for',
        items: forms.map(([k, g]) => ({
          ...guardItem(g, true),
          text: all
            .filter(x => key(x.g) === k)
            .map(x => x.event)
            .join(', '),
        })),
      },
      { title: 'When it fails', items: [item(suggestionForGuard(name))] },
    ],
  };
};

export const explainProperty = (
  id: PropertyId,
  rules: Rules,
  design: Design,
  scenarios: readonly Scenario[],
): Explanation => {
  const guards = [
    ...new Set(
      [...rules.values()]
        .flatMap(e => e.verifier.guards)
        .filter(g => !('policy' in g.protects) && g.protects.includes(id))
        .map(g => g.name),
    ),
  ];
  const bads = [...rules.values()].flatMap(e =>
    e.machine.flatMap(m => m.does.bads.filter(b => b.property === id).map(b => ({ event: e.event, reason: b.reason }))),
  );
  const reasons = new Map<string, Set<string>>();
  for (const b of bads) reasons.set(b.reason, (reasons.get(b.reason) ?? new Set()).add(b.event));
  const asking = scenarios.filter(s => s.header.safety === id).map(s => s.id);
  return {
    kind: 'property',
    name: id,
    summary: `Never: ${inSentence(properties[id])}.`,
    sections: [
      {
        title: 'Broken when',
        items: [...reasons].map(([reason, events]) => item(reason, ['at', [...events].join(', ')])),
      },
      {
        title: `Guards that protect it (${design.id})`,
        items: guards.map(name => item(name, ['in', rulesWith(rules, g => g.name === name).join(', ')])),
      },
      { title: 'Scenarios whose run breaks it', items: asking.map(s => item(s)) },
      { title: 'What to do about it', items: [item(suggestionForProperty[id])] },
    ].filter(s => s.items.length > 0),
  };
};

export const sourceOfDesign = (d: Design): string =>
  [
    d.source.author,
    d.source.message === undefined ? '' : `<${d.source.message}>`,
    d.source.kernel ?? '',
    d.source.reading === undefined ? '' : `our reading: ${d.source.reading}`,
  ]
    .filter(t => t !== '')
    .join(', ');

export const explainDesign = (d: Design): Explanation => ({
  kind: 'design',
  name: d.id,
  summary: sentence(d.title),
  sections: [
    { title: 'Source', items: [item(sourceOfDesign(d))] },
    { title: 'Parts', items: partsOf(d).map(p => item(`${p.part}: ${p.question}`, ['', p.answer])) },
    {
      title: 'Baseline',
      items: [
        item(
          `${d.baseline}: its calls, guard order and messages${d.hasGraphs ? '' : '; it has no lists, trees or objects'}`,
        ),
      ],
    },
    { title: 'What it says of the scenarios', items: [item(`holdfast compare --design ${d.id}`)] },
  ],
});

const expectationText = (x: Expectation): string =>
  x.verdict === 'not-applicable'
    ? x.verdict
    : `${x.verdict}${x.guard === undefined ? '' : ` at ${x.guard}`}; ${x.safety}`;

const runText = (r: Run): string =>
  r.kind === 'user'
    ? `${r.name}: ${r.events.map(({ event, ...args }) => `${event}(${Object.values(args).join(', ')})`).join(', then ')}`
    : `${r.name}: program ${r.program} on CPU ${String(r.cpu)}${r.context === undefined ? '' : `, in ${r.context}`}${r.interrupts.length === 0 ? '' : `, inside ${r.interrupts.join(' or ')}`}${r.load === 1 ? '' : `, from load ${String(r.load)}`}`;

export const explainScenario = (s: Scenario, file: string): Explanation => {
  const { header: h } = s;
  return {
    kind: 'scenario',
    name: s.id,
    summary: h.question,
    sections: [
      { title: 'File', items: [item(file)] },
      {
        title: 'Origin',
        items: [
          item('message' in h.origin ? `${h.origin.author}, <${h.origin.message}>` : h.origin.kernel),
          ...(h.loadable === true ? [] : [item(`no kernel can load it: ${h.loadable}`)]),
        ],
      },
      { title: 'Runs', items: h.runs.map(r => item(runText(r))) },
      ...(h.elements.size === 0
        ? []
        : [
            {
              title: 'At the start',
              items: [...h.elements].map(([map, keys]) => item(`${map} has ${keys.join(', ')}`)),
            },
          ]),
      {
        title: 'Expected: verdict; what the machine can do',
        items: [...h.expect].map(([design, x]) => item(design, ['', expectationText(x)])),
      },
      { title: 'Ask', items: [item(`holdfast compare ${s.id}`)] },
    ],
  };
};

/** For a terminal. */
export const explanationText = (x: Explanation, paint: Paint, width: number): string => {
  const out = [paint.bold(x.name), ...indented(x.summary, width, 2)];
  for (const s of x.sections) {
    out.push('', paint.bold(s.title));
    s.items.forEach((it, i) => {
      const mark = s.isOrdered === true ? `${String(i + 1).padStart(3)}  ` : '  ';
      const lines = wrap(it.text, Math.max(20, width - mark.length));
      out.push(...lines.map((l, n) => `${n === 0 ? mark : ' '.repeat(mark.length)}${l}`));
      for (const [name, text] of it.facts) {
        const label = name === '' ? '' : `${name} `.padEnd(11);
        const indent = mark.length + 2;
        wrap(text, Math.max(20, width - indent - label.length)).forEach((l, n) => {
          out.push(`${' '.repeat(indent)}${n === 0 ? paint.dim(label) : ' '.repeat(label.length)}${l}`);
        });
      }
    });
  }
  return `${out.join('\n')}\n`;
};

/** A fix of the verifier's past; what it shows is for `holdfast history` to say. */
export const explainFix = (f: Fix): Explanation => ({
  kind: 'fix',
  name: f.name,
  summary: `${[f.year, ...f.fix].join(', ')}: ${sentence(f.title)}`,
  sections: [
    { title: 'What was wrong', items: [item(sentence(f.mechanism))] },
    { title: 'What the fix keeps true', items: [item(sentence(f.invariant))] },
    f.kind === 'expressible'
      ? {
          title: 'Shown by',
          items: [
            item(
              `holdfast history ${f.name}`,
              ['scenario', f.scenario],
              ['breaks', f.property],
              ['undone here', f.undone],
              ['releases', f.cases.map(c => `${c.design} ${c.has ? 'has' : 'lacks'} it`).join(', ')],
            ),
          ],
        }
      : { title: 'Not expressible', items: [item(sentence(f.reason))] },
  ],
});

/** For a document. */
export const explanationMarkdown = (x: Explanation): string => {
  const out = [`## ${x.name}`, '', ...wrap(x.summary, 80)];
  for (const s of x.sections) {
    out.push('', `**${s.title}**`, '');
    s.items.forEach((it, i) => {
      const mark = s.isOrdered === true ? `${String(i + 1)}. ` : '- ';
      const pad = ' '.repeat(mark.length);
      out.push(...wrap(it.text, 80 - mark.length).map((l, n) => `${n === 0 ? mark : pad}${l}`));
      for (const [name, text] of it.facts)
        out.push(
          ...wrap(`${name === '' ? '' : `*${name}* `}${text}`, 78 - mark.length).map(
            (l, n) => `${pad}${n === 0 ? '- ' : '  '}${l}`,
          ),
        );
    });
  }
  return `${out.join('\n')}\n`;
};
