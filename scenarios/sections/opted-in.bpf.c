/*---
question: 'A program asks for its section to be mapped: config.mmap. Does it get that?'
asks: [19]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Alexei Starovoitov }
loadable: "libbpf has no such section policy"
runs:
  - { program: prog, cpu: 0 }
  - { user: [{ mmap: { section: config.mmap } }, { mmap_write: { section: config.mmap, var: limit } }] }
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

volatile int limit SEC("config.mmap") = 1;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	if (limit == 0)
		return 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
