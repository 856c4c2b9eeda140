/** What the kernel answers, as data: what crosses from the child process, and what reports and recordings are made of. */

/** The first thing that the kernel refused: the BTF of the object, one of its maps, or the program itself. */
export type Stage = 'btf' | 'map' | 'program';

/** What became of one program, loaded by itself. */
export interface KernelAnswer {
  readonly file: string;
  readonly program: string;
  /** The name of its ELF section, without the `?` that keeps libbpf from loading it with the rest. */
  readonly section: string;
  /** `error` iff the kernel was not asked, or did not answer in time. */
  readonly verdict: 'accept' | 'reject' | 'error';
  /** Where the first refusal was; null iff there was none. */
  readonly stage: Stage | null;
  /** The name of the error number of the first refusal, such as `EINVAL`. */
  readonly errno: string | null;
  /** The verifier's last message; `BTF load: -EINVAL` or `BPF_MAP_CREATE: -EOPNOTSUPP` where a program was not the first refusal. */
  readonly message: string | null;
  /** All messages that ended the log, in order. Where something else was refused first, what the verifier said without it. */
  readonly messages: readonly string[];
  /** The log of the verifier as the kernel wrote it. */
  readonly log: string;
  /** What the kernel wrote about the BTF of the object; empty if it took it. */
  readonly btfLog: string;
  /** What libbpf warned of. */
  readonly warnings: readonly string[];
}

/** What an object holds, or why libbpf could not open it. */
export type Listing = { readonly programs: readonly string[] } | { readonly unreadable: string };

/** What is missing for asking a kernel. */
export type Lack = 'linux' | 'koffi' | 'libbpf' | 'btf' | 'rights' | 'bpf';

/** Whether there is a kernel to ask, and what answers. */
export type Readiness =
  { readonly release: string; readonly libbpf: string } | { readonly lacks: Lack; readonly detail: string };
