/** What a result is called in every format. */

/** `identity/two-loads@ptr-id` */
export const idOfCell = (c: { readonly scenario: string; readonly design: string }): string =>
  `${c.scenario}@${c.design}`;

/** `my.bpf.c:prog@ptr-id`, with the file as the reader names it. */
export const idOfVerdict = (file: string, program: string, design: string): string => `${file}:${program}@${design}`;
