/** What functions of the kernel are, apart from what calls of them do. */

/** Helpers and kfuncs that may sleep (kernel: bpf_func_proto.might_sleep, KF_SLEEPABLE). */
const SLEEPING: ReadonlySet<string> = new Set([
  'bpf_copy_from_user',
  'bpf_copy_from_user_str',
  'bpf_copy_from_user_task',
  'bpf_copy_from_user_task_str',
  'bpf_ima_inode_hash',
  'bpf_ima_file_hash',
  'bpf_find_vma_sleepable',
  'bpf_arena_alloc_pages',
  'bpf_arena_free_pages',
]);
export const mightSleep = (fn: string): boolean => SLEEPING.has(fn);

/** Of the calls that have no rule of their own: those of kfuncs. */
const KFUNCS: ReadonlySet<string> = new Set([
  'bpf_copy_from_user_str',
  'bpf_copy_from_user_task_str',
  'bpf_arena_alloc_pages',
  'bpf_arena_free_pages',
]);
export const isPlainKfunc = (fn: string): boolean => KFUNCS.has(fn);
