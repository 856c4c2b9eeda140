/** What to do about a finding, in the words of somebody who writes BPF programs (for guards) or verifiers (for properties). */
import type { PropertyId } from '../model/properties.js';

/** For a counterexample: an accepted program does this, so the design lets something through. */
export const suggestionForProperty: Readonly<Record<PropertyId, string>> = {
  'list-race':
    'Two locks open one structure. Ask for one lock for each head: compare more of its identity, or let the program declare which lock it is.',
  'wrong-lock':
    'The operations on this structure share no lock. Let the design fix one lock for each head, and check it at every operation.',
  'wild-access':
    'The operand is not what the event needs. A guard on its kind, offset or NULL test is missing or too weak.',
  'context-leak': 'Balance the RCU, preempt and IRQ regions on every path, also before a call that may sleep.',
  'self-deadlock':
    'The same lock is taken twice on one CPU. Refuse the second acquire, or the program types that can interrupt a critical section.',
  'lock-cycle':
    'Allow one lock at a time, fix an order of locks, or use bpf_res_spin_lock, which fails instead of waiting in a circle.',
  'lock-leak': 'Check for held locks at every way out: exit, throw, tail call, the end of a callback.',
  'unlock-not-held':
    'The identity takes two locks for one. Add what tells them apart: the offset, the id of the lookup, the address.',
  'double-owner':
    'A node must be owned when it is inserted, and no longer be owned afterwards. Check the reference and the type of the node.',
  'use-after-free':
    'The pointer outlives its reference. Make every copy unusable where the reference is released or given away.',
  'dangling-ref': 'End non-owning references with the critical section that they were borrowed in.',
  'object-leak': 'Every reference must be released, inserted or stashed on every path.',
  'bad-free': 'Only an owning reference to the start of an object may be released.',
  'teardown-race':
    'Drain a structure under the lock that guards it, and keep that lock alive as long as the structure.',
  'user-tamper':
    'Do not map sections with special fields into user space, and mask special fields in the map syscalls.',
  'bad-prune': 'Compare what later guards depend on (lock identities, ids of references) when two paths join.',
};

const release = 'Release it on every path, also on early returns and after failed NULL tests.';
const loadBytes = 'call bpf_skb_load_bytes, which fails instead of ending the program';
const suggestions: Readonly<Record<string, string>> = {
  'no-call-under-lock': 'Move the call before the lock is taken or after it is released.',
  'no-global-call-under-lock': 'Make the subprogram static, or call it outside the critical section.',
  'lock-pointer-kind':
    'Pass a pointer to a map value or to an object that the program owns, and test it for NULL first.',
  'one-lock-per-value':
    'Keep one lock in each map value or section; put the second one into a section or value of its own.',
  'map-has-lock': 'Declare a lock of the right kind in this value or section.',
  'offset-is-lock': 'Pass the address of the lock itself.',
  'lock-in-locks-section': 'Put the lock into a .locks section.',
  'lock-address-known': 'Use a global lock, or an array element at a constant key: the verifier must know its address.',
  'unlock-some-lock-held': 'Take the lock first, on every path that leads here.',
  'unlock-same-lock':
    'Unlock through the pointer that was locked. If this is the same lock, the design cannot tell: keep one pointer for both calls.',
  'res-unlock-order': 'Release the locks in the opposite order of taking them.',
  'res-no-aa-deadlock': 'Do not take the same lock twice.',
  'head-lock-held': 'Take the lock of the structure before the operation.',
  'head-lock-matches': 'Take the lock that this design ties to the structure, through the same pointer as the head.',
  'head-pointer-kind': 'Pass the head of a map value or of an object that the program owns.',
  'head-owned': 'The object with the head must be owned by the program.',
  'head-at-offset': 'Pass the address of the head or root itself.',
  'node-pointer-kind': 'Pass a node that the program owns: new, popped or removed, and tested for NULL.',
  'node-owned': 'Pass a node that the program owns; one that was inserted already is no longer owned.',
  'node-type-matches': 'Insert only nodes of the struct and member that __contains of the head names.',
  'remove-non-owning': 'Remove takes what first, root, left, right or less() gave, inside the same critical section.',
  'release-own-reference': 'Release the reference in the frame that acquired it: a callback may run many times.',
  'drop-owned': 'Drop only what the program owns; an inserted, dropped or stashed object is no longer owned.',
  'drop-object': 'Drop an owned object, not a reference that is borrowed.',
  'drop-zero-offset': 'Drop the object itself: use container_of to go back from the node.',
  'drop-trusted': 'Test the pointer for NULL, and drop only what the program owns.',
  'acquire-object': 'Acquire from an owning or non-owning reference that is not NULL.',
  'has-refcount': 'Add a bpf_refcount to the struct.',
  'xchg-value-owned': 'Stash only an object that the program owns, or NULL.',
  'access-pointer-usable':
    'Test the pointer for NULL, and do not use it after its reference or critical section is gone.',
  'access-not-special': 'Locks, heads, nodes and kptrs are only for their functions.',
  'arithmetic-not-null': 'Test the pointer for NULL before taking the address of a member.',
  'exit-lock-released': `A lock is still held. ${release}`,
  'throw-lock-released': `A lock is still held. ${release}`,
  'tail-call-lock-released': `A lock is still held. ${release}`,
  'load-packet-lock-released': `A lock is still held. ${release}`,
  'callback-lock-balanced': 'A callback must leave with the locks that it came with.',
  'exit-references-released': `A reference is still held. ${release}`,
  'throw-outside-callback':
    'Return from the callback with a flag and throw after the call, or return an error instead.',
  'throw-references-released': `A reference is still held. ${release}`,
  'tail-call-references-released': `A reference is still held. ${release}`,
  'load-packet-references-released': `A reference is still held. ${release}`,
  'callback-references-released': 'Release in the callback what the callback acquired.',
  'exit-rcu-released': 'Close the RCU section on every path.',
  'exit-preempt-released': 'Enable preemption again on every path.',
  'exit-irq-restored': 'Restore interrupts on every path.',
  'irq-saved': 'Restore a variable that the saving call has written on every path.',
  'irq-not-saved-yet': 'Keep each interrupt state in a variable of its own.',
  'irq-same-kind': 'Restore with the counterpart of the call that saved.',
  'irq-order': 'Restore the flags in the opposite order of saving them.',
  'no-sleep-in-region': 'Move the call out of the region.',
  'no-sleeping-global-in-region':
    'Move the call out of the region, or make the subprogram static: then its calls are looked at where they are.',
  'not-in-less-callback': 'less() may only compare.',
  'remove-not-in-less': 'less() may only compare.',
  'inner-map-lock': 'Use a map without an outer map: this kernel has no locks in inner maps.',
  'lock-map-type': 'Use an array, hash or local storage map for values with locks.',
  'sleepable-map-type': 'Use a map of another type, or a program that does not sleep.',
  'kptr-map-type':
    'Use an array or hash map, or a local storage of sockets, inodes, tasks or cgroups, for values with kptrs.',
  'special-fields-not-limited': 'Create the map without BPF_F_RDONLY_PROG and BPF_F_WRONLY_PROG.',
  'kptr-not-in-object': 'Exchange the kptr of an object with bpf_kptr_xchg.',
  'kptr-not-by-function': 'Give the function memory beside the kptr.',
  'kptr-aligned': 'Load the kptr from where it begins, all of it.',
  'kptr-whole': 'Load all eight bytes of the kptr.',
  'kptr-not-atomic': 'Exchange the kptr with bpf_kptr_xchg.',
  'kptr-not-stored': 'Put the pointer into the field with bpf_kptr_xchg.',
  'context-on-stack': 'Give the callback a struct on the stack, with the pointer in it.',
  'callback-returns-flag': 'Return 0 to go on, or 1 to stop.',
  'head-map-type': 'Use an array or hash map for values with heads and roots.',
  'sleepable-lock': 'Use a program that cannot sleep: this kernel has no locks in sleepable ones.',
  'program-type-lock': 'Use a program type that does not interrupt others, or no lock.',
  'program-type-graph': 'Use a program type that does not interrupt others, or no list or tree.',
  'head-has-lock': 'Put a lock beside the head or root: in the same struct or section.',
  'contains-resolves': 'Name an existing struct and node member in __contains.',
  'refcount-for-two-links': 'Add a bpf_refcount: an object in two structures needs one.',
  'field-limit': 'Spread the fields over several structs; a value has room for 11.',
  'no-ownership-cycle': 'Break the ownership chain: an object must not own its own kind.',
  'kptr-not-by-probe':
    'What a kptr points to is only read outside of an RCU section: load the kptr between bpf_rcu_read_lock() and bpf_rcu_read_unlock().',
  'read-object-held': 'Read it before bpf_rcu_read_unlock(), or take a reference.',
  'function-of-program-type': 'Use another type of program, such as tc, xdp, syscall or a tracing program of BTF.',
  'pass-bytes': 'Give the function memory of the stack or of a map; copy what it is to read, or what it wrote.',
  'write-trusted': 'A pointer that is borrowed under RCU or untrusted can be read only; acquire a reference to write.',
  'structure-has-lock': 'In this design locks live beside the structures: use bpf_spin_lock.',
  'xchg-field-is-kptr': 'Pass the address of a kptr field of a map value or of an object that the program owns.',
  'xchg-type-matches': 'Stash only an object of the type that the kptr field is declared with.',
  'node-at-offset': 'Pass the address of the node member itself.',
  'rcu-not-nested': 'Open one RCU section at a time.',
  'rcu-matched': 'Open an RCU section before closing one.',
  'preempt-matched': 'Disable preemption before enabling it.',
  'no-global-call-with-preempt-off': 'Make the subprogram static, or call it with preemption enabled.',
  'throw-rcu-released': 'Close the RCU section before throwing.',
  'throw-preempt-released': 'Enable preemption before throwing.',
  'throw-irq-restored': 'Restore interrupts before throwing.',
  'tail-call-rcu-released': 'Close the RCU section before the tail call.',
  'tail-call-preempt-released': 'Enable preemption before the tail call.',
  'tail-call-irq-restored': 'Restore interrupts before the tail call.',
  'load-packet-rcu-released': `Close the RCU section first, or ${loadBytes}.`,
  'load-packet-preempt-released': `Enable preemption first, or ${loadBytes}.`,
  'load-packet-irq-restored': `Restore interrupts first, or ${loadBytes}.`,
  'pass-trusted':
    'Give the function a pointer that is trusted: use it inside the RCU section it was loaded in, or acquire a reference.',
  'section-hidden': 'If user space must map the section, name it as the policy asks for.',
  'section-mapped': 'Keep locks, heads and roots out of sections that user space can map.',
};

/** True iff there is more to say than what the guard asks for. */
export const hasSuggestion = (guard: string): boolean => Object.hasOwn(suggestions, guard);

/** Returns what to try after a rejection at the guard, with or without the `load:` that headers put before some. */
export const suggestionForGuard = (guard: string): string => {
  const name = guard.replace(/^load:/, '');
  return (
    (hasSuggestion(name) ? suggestions[name] : undefined) ?? `See what the guard asks for: holdfast explain ${guard}`
  );
};
