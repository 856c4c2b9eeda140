/** What GitHub's own parser says of a workflow or an action. */
import { spawnSync } from 'node:child_process';

const asUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
/** The parser imports JSON as bundlers have it; Node.js wants to be told. */
const hook = asUrl(`
  export const load = (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context);`);
const registers = asUrl(`import { register } from 'node:module'; register(${JSON.stringify(hook)});`);
const script = `
  import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
  import { parseAction } from '@actions/workflow-parser/actions/action-parser';
  import { readFileSync } from 'node:fs';
  const parse = process.argv[1] === 'action' ? parseAction : parseWorkflow;
  const { context } = parse({ name: 'it', content: readFileSync(0, 'utf8') }, new NoOperationTraceWriter());
  console.log(JSON.stringify(context.errors.getErrors().map(e => e.message)));`;

/** Returns what is wrong with it, line by line; empty if GitHub would take it. */
export const workflowProblems = (kind: 'action' | 'workflow', content: string): readonly string[] => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', registers, '--input-type=module', '--eval', script, kind],
    { encoding: 'utf8', input: content },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as readonly string[];
};
