/*
 * What bench/promela/two-locks.bpf.c does on N CPUs, written by hand from the documentation of the rules (docs/rules.md), not
 * from our code: the same steps, so the number of states and transitions must be the same.
 *
 * One state machine for each run, in one process: processes of their own would add a step for their end.
 * Not here: the pointers in the program's variables, which follow from where it is.
 */
#ifndef N
#define N 4
#endif

#define WAITS_A 9
#define WAITS_B 10

byte at[N];
byte a, b; /* who holds the lock: its number plus 1 */

#define RUN(i) \
	:: d_step { at[i] == 0 -> at[i] = 1 } /* starts */ \
	:: d_step { at[i] == 1 -> at[i] = 2 } /* loads the address of lock_a */ \
	:: d_step { at[i] == 2 -> at[i] = 3 } /* and of lock_b */ \
	:: d_step { at[i] == 3 && a == 0 -> a = i + 1; at[i] = 4 } \
	:: d_step { at[i] == 3 && a != 0 -> assert(a != i + 1); at[i] = WAITS_A } \
	:: d_step { at[i] == WAITS_A && a == 0 -> a = i + 1; at[i] = 4 } \
	:: d_step { at[i] == 4 && b == 0 -> b = i + 1; at[i] = 5 } \
	:: d_step { at[i] == 4 && b != 0 -> assert(b != i + 1); at[i] = WAITS_B } \
	:: d_step { at[i] == WAITS_B && b == 0 -> b = i + 1; at[i] = 5 } \
	:: d_step { at[i] == 5 -> assert(b == i + 1); b = 0; at[i] = 6 } \
	:: d_step { at[i] == 6 -> assert(a == i + 1); a = 0; at[i] = 7 } \
	:: d_step { at[i] == 7 -> assert(a != i + 1 && b != i + 1); at[i] = 8 } /* exits */

active proctype cpus()
{
end:
	do
	RUN(0)
#if N > 1
	RUN(1)
#endif
#if N > 2
	RUN(2)
#endif
#if N > 3
	RUN(3)
#endif
#if N > 4
	RUN(4)
#endif
#if N > 5
	RUN(5)
#endif
#if N > 6
	RUN(6)
#endif
	od
}
