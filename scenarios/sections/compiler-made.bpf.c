/*---
question: The compiler puts constants into a section of its own. Does any policy trip over it?
asks: [19]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Alexei Starovoitov }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { user: [{ mmap: { section: .data } }, { mmap_write: { section: .data, var: limit } }] }
expect:
  safety: safe
  default: accept
  bss-private: accept
  private-suffix: accept
  reserved-prefix: accept
  custom-hidden: accept
  custom-mapped: accept
  hidden-vars: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * "we're not going to hack llvm to add ".nommap" suffix to such sections": nobody maps the section, and nobody needs to.
 * (clang keeps its own names, such as .rodata.cst16, to itself.)
 */
static const volatile int table[4] SEC(".rodata.made_by_compiler") = { 1, 2, 3, 4 };
volatile int limit SEC(".data") = 1;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	if (limit == table[0])
		return 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
