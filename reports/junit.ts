/** JUnit XML, for the tables of tests that CI systems draw: a suite is a design, a case what it was asked about. */
import type { XmlBuilderOptions } from 'fast-xml-builder';
import XMLBuilder from 'fast-xml-builder';
import { diagnosisText } from './diagnosis.js';
import type { Problem } from './matrix.js';
import { plain } from './paint.js';
import { shown } from './printable.js';
import type { Report, Result } from './report.js';
import { answerText, isWorthShowing } from './results.js';
import type { Sources } from './sources.js';
import { placeText } from './sources.js';

const WIDTH = 100;

type Ending = 'failure' | 'error' | 'skipped';
interface Case {
  readonly name: string;
  readonly classname: string;
  readonly file: string;
  readonly line: number;
  readonly end: { readonly as: Ending; readonly type: string; readonly message: string; readonly body: string } | null;
  /** What was found and is as it should be. */
  readonly note: string;
}

const endings: Readonly<Record<Result['outcome'], Ending | null>> = {
  pass: null,
  fail: 'failure',
  inconclusive: 'error',
  unsupported: 'skipped',
  'not-applicable': 'skipped',
};

const caseOf = (r: Result, sources: Sources): Case => {
  const as = endings[r.outcome];
  const told = r.diagnoses.map(d => diagnosisText(d, sources, plain, WIDTH)).join('\n');
  const body = [answerText(r), r.command, ...(told === '' ? [] : ['', told])].join('\n');
  return {
    name: r.subject,
    classname: r.design,
    file: sources.name(r.at.file),
    line: r.at.line,
    end:
      as === null
        ? null
        : { as, type: r.property ?? r.guard ?? r.outcome, message: answerText(r), body: as === 'skipped' ? '' : body },
    note: as === null && isWorthShowing(r) ? body : '',
  };
};

/** What could not be read has no design. */
const problemCase = (p: Problem, sources: Sources): Case => ({
  name: placeText(p.at, sources),
  classname: 'input',
  file: sources.name(p.at.file),
  line: p.at.line,
  end:
    p.kind === 'unsupported'
      ? { as: 'skipped', type: 'unsupported', message: p.construct, body: '' }
      : { as: 'error', type: 'bad-input', message: p.message, body: p.remedy ?? '' },
  note: '',
});

const caseNode = (c: Case) => ({
  '@name': c.name,
  '@classname': c.classname,
  '@file': c.file,
  ...(c.line > 0 && { '@line': c.line }),
  ...(c.end !== null && {
    [c.end.as]: {
      ...(c.end.as !== 'skipped' && { '@type': c.end.type }),
      '@message': c.end.message,
      '#text': c.end.body,
    },
  }),
  ...(c.note !== '' && { 'system-out': c.note }),
});

const totals = (cases: readonly Case[]) => {
  const of = (as: Ending): number => cases.filter(c => c.end?.as === as).length;
  return { '@tests': cases.length, '@failures': of('failure'), '@errors': of('error'), '@skipped': of('skipped') };
};

const suiteNode = (name: string, cases: readonly Case[]) => ({
  '@name': name,
  ...totals(cases),
  testcase: cases.map(caseNode),
});

const options: XmlBuilderOptions = {
  attributeNamePrefix: '@',
  ignoreAttributes: false,
  suppressEmptyNode: true,
  // A name is text, also where it is `true`.
  suppressBooleanAttributes: false,
  format: true,
};

/** Ends of lines and tabs in attributes are blanks to whoever reads them: messages are made of one line. */
export const junitXml = (of: Report, from: Sources): string => {
  const { report, sources } = shown(of, from);
  const byDesign = new Map<string, Case[]>();
  for (const r of report.results) {
    const cases = byDesign.get(r.design);
    if (cases === undefined) byDesign.set(r.design, [caseOf(r, sources)]);
    else cases.push(caseOf(r, sources));
  }
  const problems = report.problems.map(p => problemCase(p, sources));
  const suites = [...byDesign].map(([design, cases]) => suiteNode(design, cases));
  const all = [...[...byDesign.values()].flat(), ...problems];
  return new XMLBuilder(options).build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': report.tool.name,
      ...totals(all),
      testsuite: [...suites, ...(problems.length === 0 ? [] : [suiteNode('input', problems)])],
    },
  });
};
