/** What an object wants from the kernel: kfuncs, kernel variables and configuration (libbpf: `bpf_object__collect_externs`). */
import type { BtfSection } from './btf.js';
import { typeOf } from './btf-query.js';
import { quote } from './bytes.js';
import type { Container } from './container.js';
import type { Extern } from './object.js';

/** Returns the externs by index of their symbol. */
export function readExterns(container: Container, btf: BtfSection): ReadonlyMap<number, Extern> {
  const { types } = btf.btf;
  const ids = new Map<string, number>();
  const sectionOf = new Map<number, string>();
  types.forEach((type, id) => {
    if ((type.kind === 'var' || type.kind === 'func') && !ids.has(type.name)) ids.set(type.name, id);
    if (type.kind === 'datasec') for (const v of type.vars) sectionOf.set(v.type, type.name);
  });
  const externs = new Map<number, Extern>();
  for (const symbol of container.symbols) {
    const { index, name, section, binding, type } = symbol;
    if (section !== 0 || name === '' || (binding !== 'global' && binding !== 'weak') || type !== 'none') continue;
    const fail = (problem: string): never => container.symbolTable.fail(index * 24, `extern ${quote(name)} ${problem}`);
    const id = ids.get(name) ?? fail('has no type');
    const own = typeOf(btf.btf, id);
    if ((own.kind !== 'func' && own.kind !== 'var') || own.linkage !== 'extern')
      return fail('is no extern in the types');
    const where = sectionOf.get(id);
    if (where !== '.ksyms' && (where !== '.kconfig' || own.kind === 'func')) {
      return fail(`is neither a kernel symbol nor a part of its configuration`);
    }
    externs.set(index, { name, section: where, kind: own.kind, typeId: id, isWeak: binding === 'weak' });
  }
  return externs;
}
