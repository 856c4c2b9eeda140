/** The programs of a scenario in words that a kernel tree knows: without holdfast.h, and with what its headers may lack. */
import { callsOf, codeOf, mentions, withCalls } from './c-text.js';
import { kfuncPrototypes } from './kfunc-prototypes.js';

/** Structs of a vmlinux.h, among the names that programs like to give theirs. A kptr to one would be a pointer to the kernel's. */
const KERNEL_STRUCTS = ['context', 'key', 'node'];
const kernelStructsIn = (code: string): readonly string[] =>
  KERNEL_STRUCTS.filter(name => new RegExp(`\\bstruct\\s+${name}\\s*\\{`).test(code));
const ownName = (name: string): string => `${name}_data`;

/** Names of structs that clang leaves out of the object: nothing but a tag or a kptr speaks of them. */
const unnamed = (text: string): readonly string[] => {
  const code = codeOf(text);
  const tagged = [
    ...callsOf(text, '__contains').map(c => c.args[0] ?? ''),
    ...[...code.matchAll(/\bstruct\s+(\w+)\s+__kptr\b/g)].map(m => m[1] ?? ''),
    ...[...code.matchAll(/\btypedef\s+struct\s+(\w+)\s+\w+;/g)].map(m => m[1] ?? ''),
  ].filter(name => new RegExp(`\\bstruct\\s+${name}\\s*\\{`).test(code));
  const allocated = callsOf(text, 'bpf_obj_new').map(c => c.args[0] ?? '');
  const isAllocated = (name: string): boolean =>
    allocated.some(a => {
      const variable = /^typeof\(\*(\w+)\)$/.exec(a)?.[1];
      return variable === undefined
        ? a === `struct ${name}`
        : new RegExp(`\\bstruct\\s+${name}\\s[^;{}()]*\\*\\s*${variable}\\b`).test(code);
    });
  return [...new Set(tagged)].filter(name => !isAllocated(name));
};

/** Variables that keep those structs among the types of the object. */
export const keepers = (text: string): string[] => {
  const names = unnamed(text);
  return names.length === 0
    ? []
    : [
        '',
        '/* These keep their types in the object: a compiler leaves out what only a tag speaks of. */',
        ...names.map(name => `struct ${name} *type_of_${name};`),
      ];
};

const isPlain = (argument: string): boolean => /^[\w.>[\]-]+$/.test(argument);

/** What holdfast.h adds to the headers of a kernel, written out; structs that are called as one of the kernel's get another name. */
export const inKernelWords = (text: string, keepsGuardedBy: boolean): string => {
  const taken =
    (name: string) =>
    ([lock = '']: readonly string[]): string =>
      `${name}(&${isPlain(lock) ? lock : `(${lock})`})`;
  let out = withCalls(text, 'LOCK_FOR', taken('bpf_spin_lock'));
  out = withCalls(out, 'UNLOCK_FOR', taken('bpf_spin_unlock'));
  out = withCalls(out, 'LOCK', ([section = '', name = '']) => `private(${section}) struct bpf_spin_lock ${name}`);
  if (!keepsGuardedBy)
    out = callsOf(out, '__guarded_by').reduceRight(
      (t, c) => t.slice(0, c.start).replace(/[ \t]+$/, '') + t.slice(c.end),
      out,
    );
  for (const name of kernelStructsIn(codeOf(out))) {
    const places = [...codeOf(out).matchAll(new RegExp(`(?<=\\bstruct\\s+|\\b__contains\\s*\\(\\s*)${name}\\b`, 'g'))];
    out = places.reduceRight((t, m) => `${t.slice(0, m.index)}${ownName(name)}${t.slice(m.index + name.length)}`, out);
  }
  // clang 14 loses the tag of a pointer to a struct, unless a typedef stands between.
  return [...codeOf(out).matchAll(/\bstruct(\s+)(\w+)(?=\s+__kptr\b)/g)].reduceRight(
    (t, m) => `${t.slice(0, m.index)}${m[2] ?? ''}_kptr${t.slice(m.index + m[0].length)}`,
    out,
  );
};

const MODEL_ONLY = [
  '/*',
  ' * A step that is there to be read: no kernel has bpf_model_only(), so this can',
  ' * be compiled, and never be loaded.',
  ' */',
  '#ifdef __GNUC__',
  'extern void *bpf_model_only(void) __ksym;',
  '#define MODEL_ONLY(step) ((typeof(step))(long)bpf_model_only())',
  '#define __kptr_model_only',
  '#else',
  '#define MODEL_ONLY(step) step',
  '#define __kptr_model_only __kptr',
  '#endif',
  '',
];

/** What the text uses that not every kernel's headers have. */
export const declarations = (text: string): string[] => {
  const part = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : [...lines, '']);
  const kptrs = new Set([...codeOf(text).matchAll(/\b(\w+)_kptr(?=\s+__kptr\b)/g)].map(m => m[1] ?? ''));
  return [
    ...part(
      callsOf(text, 'private').length === 0
        ? []
        : ['#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))'],
    ),
    ...part(
      callsOf(text, '__guarded_by').length === 0
        ? []
        : [
            '/* No kernel reads this tag. */',
            '#define __guarded_by(lock) __attribute__((btf_decl_tag("guarded_by:" #lock)))',
          ],
    ),
    ...part(kfuncPrototypes.filter(p => mentions(text, p.name)).map(p => p.declaration)),
    ...(mentions(text, 'MODEL_ONLY') ? MODEL_ONLY : []),
    ...part([...kptrs].map(name => `typedef struct ${name} ${name}_kptr;`)),
  ];
};
