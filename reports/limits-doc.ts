/** What is not modelled, as docs/limits.md has it. The numbers are copies of constants; a test compares them with the code. */

export interface Limit {
  readonly what: string;
  /** The constant, and the file that has it. Absent where the number is the size of a sort. */
  readonly from?: { readonly file: string; readonly constant: string };
  readonly value: number;
  readonly past: string;
}

/** What an answer says when a table of the model is full. The names are the ones that rules give their capacities. */
export const capacities: Readonly<Record<string, string>> = {
  'locks held at once': '3 in one run',
  'objects alive at once': 'one object for each place where a run calls `bpf_obj_new`, and each unrolled copy of it',
  'nested preempt regions': '3',
  'nested IRQ regions': '3',
  'nested callbacks': '3',
  'static calls inside less()': '3',
  'less() inside less()': 'none',
};

export const limits: readonly Limit[] = [
  {
    what: 'states of the machine that the explicit engine looks at',
    from: { file: 'encodings/explore.ts', constant: 'options.maxStates ??' },
    value: 5_000_000,
    past: 'bound-reached',
  },
  {
    what: 'states of the verifier for one program',
    from: { file: 'encodings/verifier.ts', constant: 'maxStates =' },
    value: 100_000,
    past: 'bound-reached',
  },
  {
    what: 'steps of one program after unrolling',
    from: { file: 'encodings/graph.ts', constant: 'MAX_EDGES =' },
    value: 5000,
    past: 'bound-reached',
  },
  {
    what: 'locations of a circuit that the symbolic engine builds',
    from: { file: 'proofs/smt.ts', constant: 'MAX_LOCATIONS =' },
    value: 60_000,
    past: 'bound-reached',
  },
  {
    what: 'rounds of a loop that the symbolic engine follows for a verdict, where the header asks for fewer',
    from: { file: 'proofs/answers.ts', constant: 'LOOP_UNROLLING =' },
    value: 3,
    past: 'nothing is said of later rounds; the explicit verifier goes on until nothing new is found',
  },
  {
    what: 'fresh ids of one instruction inside a loop, at once',
    from: { file: 'encodings/verifier.ts', constant: 'COPIES_IN_LOOPS =' },
    value: 3,
    past: 'bound-reached',
  },
  {
    what: 'different offsets in one file that the model tells apart',
    from: { file: 'encodings/finite-world.ts', constant: 'MAX_OFFSETS =' },
    value: 80,
    past: 'bound-reached',
  },
  {
    what: 'rounds of a loop with a known bound, in C',
    from: { file: 'frontends/c/unroll/loops.ts', constant: 'MOST_ITERATIONS =' },
    value: 64,
    past: 'unsupported',
  },
  {
    what: 'calls inside calls, in C',
    from: { file: 'frontends/c/unroll/frames.ts', constant: 'MOST_FRAMES =' },
    value: 16,
    past: 'unsupported',
  },
  {
    what: 'classes of integers that the tests of one file make',
    from: { file: 'frontends/shared/classify.ts', constant: 'MOST_CLASSES =' },
    value: 12,
    past: 'unsupported',
  },
];

/** Past these a run or path ends without a word: what comes after is not looked at. */
const silent = limits.filter(l => l.past.endsWith('stops there') || l.past.endsWith('ends there'));

export interface Abstraction {
  readonly file: string;
  readonly text: string;
}

/** Returns the `Abstracts:` sentences of the sources: where the model departs from the kernel on purpose. */
export const abstractionsIn = (file: string, source: string): readonly Abstraction[] =>
  [...source.matchAll(/Abstracts: ((?:.|\n\s*\*(?!\/) )*?)(?=\s*\*\/|\n\s*\*\/|\n\s*\*\s*\n|\n(?!\s*\*))/g)].map(m => ({
    file,
    text: (m[1] ?? '').replace(/\s*\n\s*\*\s*/g, ' ').trim(),
  }));

const number = (n: number): string => n.toLocaleString('en');
const list = (items: readonly string[]): string => items.map(i => `- ${i}`).join('\n');

const world: readonly string[] = [
  '**Order in lists and trees.** A list or tree is the set of its members. `bpf_list_pop_front` may return any of them, and so may ' +
    '`first`, `left` and `right`. This adds runs and drops none: *safe* holds for every order, but a counterexample may need an order ' +
    'that a list does not have.',
  '**What an object contains, one level deep.** When an object, value or map is freed, what it held is freed with it; what *that* ' +
    'held is left alone. `nested/drop-drains` is as deep as it goes.',
  '**`less()` inside `less()`.** An insertion that begins while another one compares is `bound-reached`. The kernel allows it.',
  '**Keys are classes.** Integers that no test and no constant key of the file tells apart are one. An array element stands for all ' +
    'keys of its class, so two different keys of one class are one element here. A key whose value comes from memory is any key.',
  '**Keys that are pointers, structs or strings** are not told apart.',
  '**Values in memory.** What is written to plain memory is not kept: a later read gives any value. A pointer that is written to ' +
    'memory and read back has no known origin; stash it with `bpf_kptr_xchg` instead.',
  '**Reuse of freed objects.** Each place that allocates has an object of its own, so that every stale use is seen as one. What goes ' +
    'wrong only if the same address comes back as an object of another place is not looked at. Map values are different: a stale ' +
    'pointer to one is an alias of the element that took its place.',
  '**Repetition.** Each run of a header happens once, and a loop or callback at most as often as the header says: once where it ' +
    'says nothing of a callback. What needs one round more is not found.',
  '**Time and fairness.** A run may be as slow as it likes. There is no property that something happens at last; a deadlock is found ' +
    'as a lock that is waited for in a circle.',
  '**Weak memory order.** Steps of all CPUs happen in one order.',
  '**Arenas, dynptrs, ring buffers, sockets, tasks, cgroups and other kernel objects** have no rules; functions that acquire or ' +
    'release them are `unsupported`.',
];

const verifier: readonly string[] = [
  '**Only locks and ownership.** Bounds of scalars and packets, the instruction count, the stack depth, JIT and privileges are not ' +
    'there. `accept` means: no guard of `rules.md` fails. The kernel can still refuse the program for another reason.',
  '**`wrong-lock`** is a diagnosis, not a violation by itself: a `list-race` says beside itself which locks were held, where none is ' +
    'common to all operations on the structure. A structure that one run uses alone is never diagnosed.',
  '**`bad-prune`** in a scenario is looked for by the explicit verifier alone: paths that the pruning rule ' +
    '(`model/rules/states-equal.ts`) skips are followed apart, and a guard that fails on one breaks it. The solver, which skips no path, ' +
    'is only asked whether that guard can fail. No scenario breaks it today; with the fixes of 2022 undone, three do (`history.md`). That ' +
    'none can is proved of the rule itself (`evidence.md`). Pruning by precision and liveness marks is not modelled: cells that no later ' +
    'step reads are forgotten on both sides.',
  '**BTF that clang would make.** The C front end reads declarations, not BTF. A struct that clang leaves out of BTF is there for us.',
  '**One load for each mention.** Each mention of a global in C counts as one load of its address. A compiler may share loads, ' +
    'which decides verdicts where a load makes an id (`fresh-id`).',
];

const c: readonly string[] = [
  'arguments of global subprograms, beside the types of their parameters: they are not compared',
  'function pointers, except as callbacks; inline assembly',
  'structs passed or returned by value; designated initializers beyond plain fields; arrays of pointers with a variable index',
  'pointers with a variable offset into a value that has a lock, head, node or kptr',
  'floating point; variables that live outside the file',
  'a test whose outcome depends on an earlier test of another variable: the correlation is named, and nothing is said of the program',
  'loops without a bound, where the header gives none; `bpf_for_each`, `bpf_assert_*`',
];

const objects: readonly string[] = [
  'accesses at a variable offset, outside of the struct that the pointer points to, or across members of an object',
  '`BPF_LD_ABS` and `BPF_LD_IND` in subprograms, arenas, calls through a register, CO-RE relocations other than local type ids',
  'helpers and kfuncs that take or give back references of kinds without rules, and per-CPU objects',
  'a saved interrupt state that is read or written as bytes; special fields that are not aligned, where the kernel refuses the struct',
  'pointers that were loaded from memory, and numbers used as pointers',
  'arguments of global subprograms that are not of the types of their parameters, or meet special fields as memory',
  'an instruction that accesses memory through pointers of different kinds on two paths (a value of a map, or an object; for a store, ' +
    'one that is owned, or borrowed): the kernel refuses it, and no rule sees two paths',
  'big-endian objects, `struct_ops` maps, programs of more than 100,000 points (a point is an instruction and what is known there)',
];

/** Returns the text of docs/limits.md. */
export const limitsMarkdown = (abstractions: readonly Abstraction[]): string =>
  [
    '# What is not modelled',
    '',
    '<!-- Made by reports/limits-doc.ts. Change it there, then: npx vitest run test/unit/docs -u -->',
    '',
    'An answer is about the programs, the runs and the environment that a scenario names, and about nothing else. `safe` means: no',
    'interleaving of these runs breaks a property, each run happening once, within the bounds below. It does not mean that every',
    'program which the design accepts is safe. What `compare` says of any accepted program is about one small size (named in its',
    'output, as is the number of states it looked at), by the explicit engine alone; `bound-reached` there shows nothing. Claims about',
    'every program are another matter: [proofs](proofs.md) has what they assume, and bounds of their own.',
    '',
    '## The world',
    '',
    list(world),
    '',
    '## The verifier',
    '',
    list(verifier),
    '',
    '## C that is not read',
    '',
    'Each of these is reported as `unsupported`, with its place, and never as an acceptance:',
    '',
    list(c),
    '',
    '## Compiled programs that are not read',
    '',
    'Likewise, program by program. Registers are followed by constants and by which pointer they are a copy of; of other numbers a range is',
    'known. How far verdicts agree with a kernel is in [fidelity](fidelity.md).',
    '',
    list(objects),
    '',
    '## Full tables',
    '',
    'Tables of the model are small. What does not fit is `bound-reached`, and the cell is *unknown*; it is never a rejection.',
    '',
    '| Table | Room |',
    '|---|---|',
    ...Object.entries(capacities).map(([of, room]) => `| ${of} | ${room} |`),
    '',
    '## Numbers',
    '',
    '| Most | Number | Past it |',
    '|---|---|---|',
    ...limits.map(l => `| ${l.what} | ${number(l.value)} | ${l.past} |`),
    '',
    ...(silent.length === 0
      ? []
      : [
          '**Known defect.** Where the table says that a run or path stops or ends, nothing is reported: what comes after is not looked',
          'at, and a cell may be called safe that is not. No run of a scenario of this repository can hold that many references; of',
          'ids in loops we have not made sure.',
          '',
        ]),
    '## Departures from the kernel',
    '',
    'Written beside the data that departs:',
    '',
    list(abstractions.map(a => `\`${a.file}\`: ${a.text}`)),
    '',
  ].join('\n');
