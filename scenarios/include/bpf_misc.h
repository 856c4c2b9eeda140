/* SPDX-License-Identifier: Apache-2.0 */
/* What is expected of a program, as the tags that the kernel's test_loader.c reads: what its bpf_misc.h has, as far as we write it. */
#ifndef HOLDFAST_BPF_MISC_H
#define HOLDFAST_BPF_MISC_H

#define __success __attribute__((btf_decl_tag("comment:test_expect_success")))
#define __failure __attribute__((btf_decl_tag("comment:test_expect_failure")))
#define __msg(msg) __attribute__((btf_decl_tag("comment:test_expect_msg=" msg)))

#endif
