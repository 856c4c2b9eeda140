/** What kind of program a SEC name asks for. */
export type ProgramType = `BPF_PROG_TYPE_${string}`;
