/*---
question: May a program that may sleep call a global subprogram that does?
asks: [14]
origin: { kernel: check_func_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

__noinline int copies(void)
{
	int data = 0;

	bpf_copy_from_user(&data, sizeof(data), NULL);
	return data;
}

SEC("syscall")
int prog(void *ctx)
{
	copies();
	return 0;
}

char _license[] SEC("license") = "GPL";
