/** JUnit XML, for the tables of tests that CI systems draw: a suite is a design, a case what it was asked about. */
import type { XmlBuilderOptions } from 'fast-xml-builder';
import XMLBuilder from 'fast-xml-builder';
import { regressionText, regressionsOf } from './against.js';
import type { AnswerChange } from './baseline.js';
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

/** A regression is a failure, whatever the answer is. */
const caseOf = (r: Result, change: AnswerChange | undefined, sources: Sources): Case => {
  const as = change === undefined ? endings[r.outcome] : 'failure';
  const told = r.diagnoses.map(d => diagnosisText(d, sources, plain, WIDTH)).join('\n');
  const body = [answerText(r), r.command, ...(told === '' ? [] : ['', told])].join('\n');
  const type = change === undefined ? (r.property ?? r.guard ?? r.outcome) : 'regression';
  const message = change === undefined ? answerText(r) : regressionText(change);
  return {
    name: r.subject,
    classname: r.design,
    file: sources.name(r.at.file),
    line: r.at.line,
    end: as === null ? null : { as, type, message, body: as === 'skipped' ? '' : body },
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

/** An answer that the baseline has, and this run does not. */
const lostCase = (c: AnswerChange, file: string): Case => ({
  name: c.id,
  classname: 'baseline',
  file,
  line: 0,
  end: { as: 'failure', type: 'regression', message: regressionText(c), body: '' },
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
  const regressions = regressionsOf(report);
  const byDesign = new Map<string, Case[]>();
  for (const r of report.results) {
    const one = caseOf(r, regressions.of.get(r.id), sources);
    const cases = byDesign.get(r.design);
    if (cases === undefined) byDesign.set(r.design, [one]);
    else cases.push(one);
  }
  const lost = regressions.withoutResult.map(c => lostCase(c, sources.name(report.baseline?.file ?? '')));
  const suites = [
    ...byDesign,
    ...Object.entries({ input: report.problems.map(p => problemCase(p, sources)), baseline: lost }).filter(
      ([, cases]) => cases.length > 0,
    ),
  ];
  return new XMLBuilder(options).build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': report.tool.name,
      ...totals(suites.flatMap(([, cases]) => cases)),
      testsuite: suites.map(([name, cases]) => suiteNode(name, cases)),
    },
  });
};
