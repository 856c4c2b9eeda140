/** The child process: reads questions, asks libbpf, writes answers. It loads and closes, and does nothing else with a program. */
import { createInterface } from 'node:readline';
import type { KernelAnswer, Listing, Readiness } from './answer.js';
import { errnoName } from './errno.js';
import type { Libbpf, OpenObject, Program } from './libbpf.js';
import { LibbpfMissing, loadLibbpf } from './libbpf.js';
import { messagesOf, refusalsOf } from './log.js';
import type { Question } from './protocol.js';
import { readinessOf } from './readiness.js';

const opened = <T>(libbpf: Libbpf, file: string, use: (o: OpenObject) => T): T | { unreadable: string } => {
  libbpf.takeWarnings();
  const object = libbpf.open(file);
  if ('errno' in object) {
    const why = libbpf.takeWarnings().join('; ').replaceAll(` from ${file}`, '');
    return { unreadable: why === '' ? `error ${errnoName(object.errno)}` : why };
  }
  try {
    return use(object);
  } finally {
    object.close();
  }
};

const list = (libbpf: Libbpf, file: string): Listing =>
  opened(libbpf, file, o => ({ programs: o.programs.map(p => p.name) }));

/** The first refusal is the verdict: libbpf may go on without what was refused, and what it then loads is another object. */
const judged = (libbpf: Libbpf, file: string, program: Program, object: OpenObject): KernelAnswer => {
  const result = object.loadOnly(program);
  const log = object.log();
  const warnings = libbpf.takeWarnings();
  const said = result < 0 ? messagesOf(log) : [];
  const { btf, map, btfLog } = refusalsOf(warnings);
  const answer = { file, program: program.name, section: program.section, log, btfLog, warnings };
  if (btf !== null) {
    const name = errnoName(btf);
    return { ...answer, verdict: 'reject', stage: 'btf', errno: name, message: `BTF load: -${name}`, messages: said };
  }
  if (map !== null) {
    const name = errnoName(map);
    return {
      ...answer,
      verdict: 'reject',
      stage: 'map',
      errno: name,
      message: `BPF_MAP_CREATE: -${name}`,
      messages: said,
    };
  }
  if (result >= 0) return { ...answer, verdict: 'accept', stage: null, errno: null, message: null, messages: [] };
  const errno = errnoName(result);
  // No log is no verdict: libbpf gave up before it asked, as where it finds no function of the kernel to call.
  if (log === '')
    return { ...answer, verdict: 'error', stage: null, errno, message: warnings[0] ?? errno, messages: warnings };
  return { ...answer, verdict: 'reject', stage: 'program', errno, message: said.at(-1) ?? errno, messages: said };
};

const failed = (file: string, program: string, message: string): KernelAnswer => ({
  file,
  program,
  section: '',
  verdict: 'error',
  stage: null,
  errno: null,
  message,
  messages: [],
  log: '',
  btfLog: '',
  warnings: [],
});

const load = (libbpf: Libbpf, file: string, name: string): KernelAnswer => {
  const answer = opened(libbpf, file, object => {
    const program = object.programs.find(p => p.name === name);
    return program === undefined ? { unreadable: 'the program is gone' } : judged(libbpf, file, program, object);
  });
  return 'unreadable' in answer ? failed(file, name, answer.unreadable) : answer;
};

let libbpf: Promise<Libbpf> | null = null;
const ready = async (): Promise<Readiness> => {
  try {
    libbpf ??= loadLibbpf();
    return readinessOf(await libbpf);
  } catch (error) {
    if (error instanceof LibbpfMissing) return { lacks: error.lack, detail: error.message };
    throw error;
  }
};

const reply = async (q: Question): Promise<Readiness | Listing | KernelAnswer> => {
  if (q.ask === 'ready') return ready();
  libbpf ??= loadLibbpf();
  return q.ask === 'list' ? list(await libbpf, q.file) : load(await libbpf, q.file, q.program);
};

// The end of the input is the end of the parent, or its wish.
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await reply(JSON.parse(line) as Question))}\n`);
