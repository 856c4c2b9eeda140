/** Grids of programs: everything that can be done, with every pointer or in every place, one at a time. */
import * as calls from './calls.js';
import type { Cell } from './cell.js';
import * as pointers from './pointers.js';

export interface Grid {
  readonly name: string;
  readonly world: string;
  readonly section: string;
  readonly cells: readonly Cell[];
}

const sections = ['syscall', 'tc', 'xdp', 'socket'];

/** The sections decide who may sleep, and who may lock or call functions of objects. */
export const grids: readonly Grid[] = [
  ...sections.slice(0, 2).map(section => ({ name: 'pointers', world: pointers.world, section, cells: pointers.pointerCells })),
  ...sections.map(section => ({ name: 'calls', world: calls.world, section, cells: calls.callCells })),
]; // prettier-ignore

/** Clang leaves out structs that nothing but a tag names. */
const KEPT = /^struct (\w+) \{/gm;

/** Returns the C of some cells of a grid. */
export const textOf = ({ world, section }: Grid, cells: readonly Cell[]): string => {
  const structs = [...world.matchAll(KEPT)].map(m => m[1] ?? '').filter(s => s !== 'val' && s !== 'later');
  return [
    '#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\n#include "bpf_experimental.h"\n#include "corpus.h"',
    world,
    ...cells.map(c => `${c.functions}\nSEC("?${section}") int ${c.name}(void *ctx) { ${c.body} return 0; }`),
    'SEC("?syscall") int keeps_structs(void *ctx) {',
    ...structs.map(s => `{ struct ${s} *x = bpf_obj_new(struct ${s}); if (x) bpf_obj_drop(x); }`),
    'return 0; }\nchar _license[] SEC("license") = "GPL";\n',
  ].join('\n');
};
