/** Helpers by number, as instructions call them (include/uapi/linux/bpf.h, `___BPF_FUNC_MAPPER`). */
import { HELPER_NAMES } from '../shared/known-functions.js';

/** Returns the name of a helper, or null if there is none of that number. */
export const helperName = (id: number): string | null => HELPER_NAMES[id - 1] ?? null;
