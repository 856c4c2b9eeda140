/** The preambles. No struct has both kinds of lock, two refcounts, or a list whose lock may fail beside one whose lock may not. */
import type { World, WorldField, WorldStruct } from './world.js';

const data: WorldField = { name: 'data', kind: 'int' };
const spin: WorldField = { name: 'lock', kind: 'bpf_spin_lock' };
const res: WorldField = { name: 'lock', kind: 'bpf_res_spin_lock' };
const list = (name: string, of: string): WorldField => ({ name, kind: 'bpf_list_head', of, node: 'list' });
const tree = (name: string, of: string): WorldField => ({ name, kind: 'bpf_rb_root', of, node: 'rb' });
const kptr = (name: string, of: string): WorldField => ({ name, kind: 'kptr', of });
const listNode: WorldField = { name: 'list', kind: 'bpf_list_node' };
const treeNode: WorldField = { name: 'rb', kind: 'bpf_rb_node' };
const refcount: WorldField = { name: 'refs', kind: 'bpf_refcount' };
const struct = (name: string, ...fields: readonly WorldField[]): WorldStruct => ({ name, fields });

/** In a list; in a tree; in both, counted; nothing special. The nodes are at the start, behind it, and in between. */
const item = struct('item', listNode, data);
const leaf = struct('leaf', data, treeNode);
const both = struct('both', refcount, data, listNode, treeNode);
const bare = struct('bare', data);
/** An object with a lock and a list of its own. */
const box = struct('box', spin, data, list('head', 'item'));
/** One that is kept in a list. */
const crate = struct('crate', listNode, spin, data, list('head', 'item'));

const plain = struct('D', data);

export const worlds: readonly World[] = [
  {
    name: 'sections',
    structs: [item, leaf, both, bare],
    maps: [],
    sections: [
      struct('A', spin, data, list('head', 'item'), tree('root', 'leaf')),
      struct('B', spin, list('head', 'item'), list('heads', 'both'), tree('root', 'both'), data),
      struct('C', res, data, list('head', 'item'), tree('root', 'both')),
      struct('E', data, res, list('head', 'both')),
      struct('D', data, kptr('one', 'both'), kptr('bytes', 'bare'), kptr('leaf', 'leaf')),
    ],
  },
  {
    name: 'values',
    structs: [
      item,
      leaf,
      both,
      bare,
      struct('val', spin, data, list('head', 'item'), tree('root', 'both'), kptr('one', 'item'), kptr('bytes', 'bare')),
      struct('rval', data, res, list('head', 'both'), tree('root', 'leaf')),
    ],
    maps: [
      { name: 'array', type: 'ARRAY', value: 'val' },
      { name: 'hash', type: 'HASH', value: 'val' },
      { name: 'rarray', type: 'ARRAY', value: 'rval' },
      { name: 'rhash', type: 'HASH', value: 'rval' },
      { name: 'lockless', type: 'HASH', value: 'bare' },
    ],
    sections: [struct('A', spin, data, list('head', 'item'), list('heads', 'both')), plain],
  },
  {
    name: 'inner-maps',
    structs: [
      item,
      both,
      bare,
      struct('val', data, spin, list('head', 'item'), tree('root', 'both'), kptr('one', 'both'), kptr('bytes', 'bare')),
      struct('rval', res, data, list('head', 'item')),
    ],
    maps: [
      { name: 'outer', type: 'ARRAY_OF_MAPS', value: 'val', inner: 'ARRAY' },
      { name: 'router', type: 'HASH_OF_MAPS', value: 'rval', inner: 'HASH' },
      { name: 'array', type: 'ARRAY', value: 'val' },
    ],
    sections: [struct('A', spin, data, list('head', 'item'), tree('root', 'both')), plain],
  },
  {
    name: 'objects',
    structs: [
      item,
      both,
      bare,
      box,
      crate,
      struct('holder', data, kptr('one', 'both'), kptr('bytes', 'bare')),
      struct('val', data, kptr('box', 'box'), kptr('holder', 'holder'), kptr('one', 'both')),
    ],
    maps: [
      { name: 'hash', type: 'HASH', value: 'val' },
      { name: 'array', type: 'ARRAY', value: 'val' },
    ],
    sections: [
      struct('A', spin, data, list('head', 'crate')),
      struct('B', spin, data, list('head', 'both'), tree('root', 'both')),
      struct('D', data, kptr('one', 'item'), kptr('bytes', 'bare')),
    ],
  },
];
