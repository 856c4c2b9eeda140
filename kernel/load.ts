/**
 * Asks the running kernel about programs, by loading each by itself and closing it again. Nothing is attached, pinned or run. The
 * work is done in a process of its own, since libbpf and the kernel may crash or hang.
 */
import type { KernelAnswer, Lack, Readiness } from './answer.js';
import { whyNoObject } from './object-file.js';
import type { Asker } from './process.js';
import { createAsker } from './process.js';
import { baselineOf } from './release.js';

export interface LoadOptions {
  /** For each program. */
  readonly budgetMs: number;
  readonly signal?: AbortSignal;
  readonly onAnswer?: (answer: KernelAnswer) => void;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

export interface BadObject {
  readonly file: string;
  readonly message: string;
}

/** What a kernel said. Files that are no objects are among `bad`, and the others are asked about all the same. */
export interface Loaded {
  /** The release of the kernel that answered, as `uname -r` has it. */
  readonly release: string;
  /** `linux-6.18`: what its answers are recorded under. */
  readonly baseline: string;
  readonly libbpf: string;
  readonly answers: readonly KernelAnswer[];
  readonly bad: readonly BadObject[];
}

/** There is no kernel to ask. */
export interface NoKernel {
  readonly lacks: Lack;
  /** One sentence: what is missing and how to get it. */
  readonly message: string;
  readonly bad: readonly BadObject[];
}

/** For starting libbpf, and for opening an object. */
const READY_MS = 20_000;

const remedies: Readonly<Record<Lack, (detail: string) => string>> = {
  linux: system => `this is ${system}; BPF programs are loaded by Linux`,
  koffi: () => 'the npm package koffi is missing, which is optional; "npm install" gets it',
  libbpf: () => 'libbpf.so.1 is missing; install it: apt install libbpf1',
  btf: path => `${path} is missing; the kernel has to be built with CONFIG_DEBUG_INFO_BTF`,
  rights: capability => `this process lacks ${capability}; run it as root`,
  bpf: error =>
    `the kernel loads no BPF program (${error}); containers and lockdown forbid it, a virtual machine does not`,
};

/** Returns what is missing and how to get it. */
export const remedyOf = (lacks: Lack, detail: string): string => `no kernel to ask: ${remedies[lacks](detail)}`;

const readinessOf = async (asker: Asker): Promise<Readiness> => {
  if (process.platform !== 'linux') return { lacks: 'linux', detail: process.platform };
  const asked = await asker.ask({ ask: 'ready' }, READY_MS);
  return 'reply' in asked ? asked.reply : { lacks: 'bpf', detail: asked.lost };
};

/** As `askKernel` about no file: is there a kernel to ask? */
export const kernelReady = async (): Promise<Readiness> => {
  const asker = createAsker();
  try {
    return await readinessOf(asker);
  } finally {
    asker.close();
  }
};

const lostAnswer = (file: string, program: string, message: string): KernelAnswer => ({
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

interface Wanted {
  readonly file: string;
  readonly program: string;
}

/** Returns the programs of all objects, and which files are no objects. */
const listed = async (asker: Asker, files: readonly string[], o: LoadOptions) => {
  const wanted: Wanted[] = [];
  const bad: BadObject[] = [];
  for (const file of files) {
    if (o.signal?.aborted === true) break;
    const asked = await asker.ask({ ask: 'list', file }, READY_MS);
    if ('lost' in asked) bad.push({ file, message: asked.lost });
    else if ('unreadable' in asked.reply)
      bad.push({ file, message: `libbpf can't open it: ${asked.reply.unreadable}` });
    else if (asked.reply.programs.length === 0) bad.push({ file, message: 'there is no program in it' });
    else wanted.push(...asked.reply.programs.map(program => ({ file, program })));
  }
  return { wanted, bad };
};

/** Asks about every program of the objects, in order. Never rejects because of an object; an abort ends the list of answers. */
export const askKernel = async (files: readonly string[], o: LoadOptions): Promise<Loaded | NoKernel> => {
  const objects: string[] = [];
  const bad: BadObject[] = [];
  for (const file of files) {
    const message = whyNoObject(file);
    if (message === null) objects.push(file);
    else bad.push({ file, message });
  }
  const asker = createAsker();
  const isOver = (): boolean => o.signal?.aborted === true;
  const stop = (): void => {
    asker.close();
  };
  o.signal?.addEventListener('abort', stop, { once: true });
  try {
    const ready = await readinessOf(asker);
    if ('lacks' in ready) return { lacks: ready.lacks, message: remedyOf(ready.lacks, ready.detail), bad };
    const { wanted, bad: unopened } = await listed(asker, objects, o);
    const answers: KernelAnswer[] = [];
    for (const { file, program } of wanted) {
      if (isOver()) break;
      o.onProgress?.(answers.length, wanted.length, program);
      const asked = await asker.ask({ ask: 'load', file, program }, o.budgetMs);
      if (isOver()) break;
      const answer = 'reply' in asked ? asked.reply : lostAnswer(file, program, asked.lost);
      answers.push(answer);
      o.onAnswer?.(answer);
    }
    return {
      release: ready.release,
      baseline: baselineOf(ready.release),
      libbpf: ready.libbpf,
      answers,
      bad: [...bad, ...unopened],
    };
  } finally {
    o.signal?.removeEventListener('abort', stop);
    asker.close();
  }
};
