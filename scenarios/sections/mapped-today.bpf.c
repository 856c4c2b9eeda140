/*---
question: A program maps its section .data.config today. Does it keep working?
asks: [19]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Alexei Starovoitov }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { user: [{ mmap: { section: .data.config } }, { mmap_write: { section: .data.config, var: limit } }] }
expect:
  safety: safe
  default: accept
  named-sections: { verdict: reject, guard: section-hidden }
  bss-private: accept
  private-suffix: accept
  reserved-prefix: accept
  custom-hidden: { verdict: reject, guard: section-hidden }
  custom-mapped: accept
  hidden-vars: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Alexei: "Is backward compat a concern?"
 */
volatile int limit SEC(".data.config") = 1;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	if (limit == 0)
		return 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
