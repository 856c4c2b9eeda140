/** Programs that the tests read, whole and damaged. */

const HEADERS = `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
`;

/** A node is pushed to a global list. */
export const PUSH = `${HEADERS}struct foo { int data; struct bpf_list_node node; };
private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(foo, node);
SEC("tc") int push(void *ctx) {
  struct foo *f = bpf_obj_new(typeof(*f));
  if (!f) return 0;
  bpf_spin_lock(&lock);
  bpf_list_push_front(&head, &f->node);
  bpf_spin_unlock(&lock);
  return 0;
}
`;

/** Lists in array elements, inner map values and sections; static subprograms; unrolled loops over an array of pointers. */
export const LISTS = `${HEADERS}
struct bar { struct bpf_list_node node; int data; };
struct foo {
  struct bpf_list_node node;
  struct bpf_list_head head __contains(bar, node);
  struct bpf_spin_lock lock;
  int data;
  struct bpf_list_node node2;
};
struct map_value {
  struct bpf_spin_lock lock;
  int data;
  struct bpf_list_head head __contains(foo, node);
};
struct array_map {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __type(key, int);
  __type(value, struct map_value);
  __uint(max_entries, 1);
};
struct array_map array_map SEC(".maps");
struct array_map inner_map SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, 2);
  __type(key, int);
  __type(value, int);
  __array(values, struct array_map);
} map_of_maps SEC(".maps") = {
  .values = { [1] = &inner_map },
};
#undef private
#define private(name) SEC(".bss." #name) __hidden __attribute__((aligned(8)))
private(B) struct bpf_list_head heads[2] __contains(foo, node);
private(B) struct bpf_spin_lock block;

static __always_inline int round_trip(struct bpf_spin_lock *lock, struct bpf_list_head *head, bool leave_in_map)
{
  struct bpf_list_node *n;
  struct foo *f[2], *pf;
  int i;

  for (i = 0; i < ARRAY_SIZE(f); i++) {
    f[i] = bpf_obj_new(typeof(**f));
    if (!f[i])
      return 2;
    f[i]->data = i;
    bpf_spin_lock(lock);
    bpf_list_push_front(head, &f[i]->node);
    bpf_spin_unlock(lock);
  }
  if (leave_in_map)
    return 0;
  bpf_spin_lock(lock);
  n = bpf_list_pop_back(head);
  bpf_spin_unlock(lock);
  if (!n)
    return 3;
  pf = container_of(n, struct foo, node);
  if (pf->data != (ARRAY_SIZE(f) - i - 1)) {
    bpf_obj_drop(pf);
    return 4;
  }
  bpf_obj_drop(pf);
  return 0;
}

SEC("tc") int through_array(void *ctx)
{
  struct map_value *v;
  int ret;

  v = bpf_map_lookup_elem(&array_map, &(int){0});
  if (!v)
    return 1;
  ret = round_trip(&v->lock, &v->head, false);
  if (ret)
    return ret;
  return round_trip(&v->lock, &v->head, true);
}

SEC("tc") int through_inner(void *ctx)
{
  struct map_value *v;
  void *map;

  map = bpf_map_lookup_elem(&map_of_maps, &(int){0});
  if (!map)
    return 1;
  v = bpf_map_lookup_elem(map, &(int){0});
  if (!v)
    return 1;
  return round_trip(&v->lock, &v->head, true);
}

SEC("tc") int through_section(void *ctx)
{
  struct foo *f;
  int i;

  for (i = 0; i < 2; i++) {
    f = bpf_obj_new(typeof(*f));
    if (!f)
      return 1;
    bpf_spin_lock(&block);
    bpf_list_push_back(&heads[i], &f->node);
    bpf_spin_unlock(&block);
  }
  return 0;
}
char _license[] SEC("license") = "GPL";
`;

/** A tree with its comparison callback, gotos, and plain globals. */
export const TREE = `${HEADERS}
struct node_data { long key; long data; struct bpf_rb_node node; };
long less_callback_ran = -1;
long removed_key;
private(A) struct bpf_spin_lock glock;
private(A) struct bpf_rb_root groot __contains(node_data, node);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
  struct node_data *node_a;
  struct node_data *node_b;

  node_a = container_of(a, struct node_data, node);
  node_b = container_of(b, struct node_data, node);
  less_callback_ran = 1;
  return node_a->key < node_b->key;
}

SEC("tc") long add_and_remove(void *ctx)
{
  struct bpf_rb_node *res = NULL;
  struct node_data *n, *m = NULL;

  n = bpf_obj_new(typeof(*n));
  if (!n)
    goto err_out;
  n->key = 5;
  m = bpf_obj_new(typeof(*m));
  if (!m)
    goto err_out;
  bpf_spin_lock(&glock);
  bpf_rbtree_add(&groot, &n->node, less);
  bpf_rbtree_add(&groot, &m->node, less);
  res = bpf_rbtree_remove(&groot, &n->node);
  bpf_spin_unlock(&glock);
  if (!res)
    return 1;
  n = container_of(res, struct node_data, node);
  removed_key = n->key;
  bpf_obj_drop(n);
  return 0;
err_out:
  if (n)
    bpf_obj_drop(n);
  if (m)
    bpf_obj_drop(m);
  return 1;
}
`;

/** Callbacks of maps, loops and timers; a global subprogram; kptrs; regions; bpf_res_spin_lock. */
export const CALLBACKS = `${HEADERS}
struct node { struct bpf_refcount ref; struct bpf_list_node l; int x; };
struct elem {
  struct bpf_spin_lock lock;
  struct bpf_timer timer;
  struct node __kptr *stash;
  __u64 count;
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 100);
  __type(key, __u32);
  __type(value, struct elem);
} elems SEC(".maps");
struct res { struct bpf_res_spin_lock lock; };
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, struct res);
} locks SEC(".maps");
int total;

static int timer_cb(void *map, int *key, struct elem *v)
{
  bpf_spin_lock(&v->lock);
  v->count++;
  bpf_spin_unlock(&v->lock);
  return 0;
}
struct search { int found; };
static long each(struct bpf_map *map, __u32 *key, struct elem *v, struct search *c)
{
  c->found = 1;
  if (v->count > 4)
    return 1;
  return 0;
}
static int loop_cb(__u32 i, void *ctx)
{
  __sync_fetch_and_add(&total, 1);
  return 0;
}
__noinline int subprogram(int x)
{
  if (x > 3)
    return 1;
  total += x;
  return 0;
}

SEC("tc") int callbacks(struct __sk_buff *skb)
{
  __u32 key = 0;
  struct search c = { .found = 0 };
  struct elem *e = bpf_map_lookup_elem(&elems, &key);

  if (!e)
    return 0;
  bpf_timer_init(&e->timer, &elems, CLOCK_MONOTONIC);
  bpf_timer_set_callback(&e->timer, timer_cb);
  bpf_timer_start(&e->timer, 0, 0);
  bpf_for_each_map_elem(&elems, each, &c, 0);
  if (c.found)
    total = 3;
  bpf_loop(3, loop_cb, NULL, 0);
  return subprogram(skb->len);
}

SEC("syscall") int two_locks(void *ctx)
{
  __u32 key = 1;
  int ret;
  struct res *a = bpf_map_lookup_elem(&locks, &key);
  key = 2;
  struct res *b = bpf_map_lookup_elem(&locks, &key);

  if (!a || !b)
    return 0;
  ret = bpf_res_spin_lock(&a->lock);
  if (ret)
    return ret;
  if (!bpf_res_spin_lock(&b->lock))
    bpf_res_spin_unlock(&b->lock);
  bpf_res_spin_unlock(&a->lock);
  return 0;
}

SEC("fentry.s/foo") int BPF_PROG(stashing, struct task_struct *t, int flags)
{
  struct node *n, *o;
  struct elem *e;
  __u32 k = flags & 3;
  int i;

  if (!t || t->pid == 3)
    return 0;
  switch (flags) {
  case 1:
    k = 1;
    break;
  case 2:
    k = 2;
  default:
    k = 3;
  }
  e = bpf_map_lookup_elem(&elems, &k);
  if (!e)
    return 0;
  n = bpf_obj_new(typeof(*n));
  if (!n)
    return 0;
  o = bpf_refcount_acquire(n);
  n = bpf_kptr_xchg(&e->stash, n);
  if (n)
    bpf_obj_drop(n);
  bpf_rcu_read_lock();
  n = e->stash;
  if (n)
    total += n->x;
  bpf_rcu_read_unlock();
  bpf_obj_drop(o);
  bpf_for(i, 0, 100) {
    if (i == 5)
      break;
    bpf_printk("i %d", i);
  }
  bpf_repeat(3) { total++; }
  return 0;
}
`;

export const SAMPLES: readonly string[] = [PUSH, LISTS, TREE, CALLBACKS];
