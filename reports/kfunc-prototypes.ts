/**
 * Kfuncs that the bpf_experimental.h of kernels does not declare: a vmlinux.h does, if the pahole that made it was new enough. To
 * declare them twice does no harm. scenarios/include has the same text.
 */
export const kfuncPrototypes: readonly { readonly name: string; readonly declaration: string }[] = [
  'extern struct bpf_list_node *bpf_list_front(struct bpf_list_head *head) __ksym;',
  'extern struct bpf_list_node *bpf_list_back(struct bpf_list_head *head) __ksym;',
  'extern struct bpf_list_node *bpf_list_del(struct bpf_list_head *head, struct bpf_list_node *node) __ksym;',
  'extern struct bpf_rb_node *bpf_rbtree_root(struct bpf_rb_root *root) __ksym;',
  'extern struct bpf_rb_node *bpf_rbtree_left(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;',
  'extern struct bpf_rb_node *bpf_rbtree_right(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;',
  'extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __ksym;',
  'extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __ksym;',
  'extern int bpf_res_spin_lock_irqsave(struct bpf_res_spin_lock *lock, unsigned long *flags) __ksym;',
  'extern void bpf_res_spin_unlock_irqrestore(struct bpf_res_spin_lock *lock, unsigned long *flags) __ksym;',
  'extern void bpf_rcu_read_lock(void) __ksym;',
  'extern void bpf_rcu_read_unlock(void) __ksym;',
  'extern void bpf_local_irq_save(unsigned long *flags) __ksym;',
  'extern void bpf_local_irq_restore(unsigned long *flags) __ksym;',
  'extern void bpf_structure_lock(void *head) __ksym;',
  'extern void bpf_structure_unlock(void *head) __ksym;',
].map(declaration => ({ name: /(\w+)\(/.exec(declaration)?.[1] ?? '', declaration }));
