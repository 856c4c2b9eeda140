/** Verdicts on C that no kernel is asked about, because one would warn in its own log. */
import { expect, it } from 'vitest';
import { designNamed } from '../../../model/designs/index.js';
import { checkFile } from '../../../proofs/check.js';

const designs = ['linux-6.12', 'linux-6.18'].flatMap(id => designNamed(id) ?? []);

/** Reads a kptr to a struct with these members under RCU, and its data when the section is over. */
const readsAfterRcu = (members: string): string => `
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
struct item { ${members} int data; };
private(A) struct item __kptr *kept;
SEC("tc") int prog(struct __sk_buff *ctx)
{
	struct item *n;

	bpf_rcu_read_lock();
	n = kept;
	bpf_rcu_read_unlock();
	return n->data;
}
char _license[] SEC("license") = "GPL";
`;

it.each([
  ['struct bpf_list_node list;', ['accept null', 'accept null']],
  [
    'struct bpf_refcount count;',
    [
      'reject verifier internal error: ref_obj_id for allocated object must be non-zero',
      'reject verifier bug: ref_obj_id for allocated object must be non-zero',
    ],
  ],
])('an object that was borrowed under RCU is read when the section is over: %s', async (members, expected) => {
  const { results, problems } = await checkFile('after.bpf.c', readsAfterRcu(members), designs);
  expect(problems).toEqual([]);
  expect(results.map(r => `${r.verdict.verdict} ${String(r.verdict.message)}`)).toEqual(expected);
});
