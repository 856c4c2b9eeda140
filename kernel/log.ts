/** From the log of the verifier to its messages. The log is made for people: what is no message is a trace of states. */

/** Lines that trace the verifier's way: instructions, states, sources, and what precision and branches made of them. */
const traces: readonly RegExp[] = [
  /^\d+: /,
  /^; /,
  /^(from \d+ to \d+|caller|callee|returning from callee|to caller at \d+)\b/,
  /^\s*(frame\d+: )?R\d+(_\w+)?=/,
  /^(mark_precise|last_idx|first_idx|parent |regs=|propagating|safe)/,
  /^(func#\d+ @\d+|Func#?\d+ |Validating \w+\(\) func#)/,
  /^(arg#\d+ reference type|reg type unsupported for arg#)/,
];
/** Statistics, which end every log. */
const trailer = /^(processed \d+ insns|verification time|stack depth|max_states|total_states|peak_states|mark_read)/;

/** Where the kernel breaks messages that are long. */
const goesOn = /(,| or in)$/;

/**
 * Returns the messages that end a log, in order: all lines after the last that traces something. A message of several lines, of which
 * none is a whole sentence, is one. Empty iff the verifier said nothing, as when it accepts.
 */
export const messagesOf = (log: string): readonly string[] => {
  const lines = log
    .split('\n')
    .map(l => l.trimEnd())
    .filter(l => l !== '' && !trailer.test(l));
  const last = lines.findLastIndex(l => traces.some(t => t.test(l)));
  const messages: string[] = [];
  for (const line of lines.slice(last + 1)) {
    const before = messages.at(-1);
    if (before !== undefined && goesOn.test(before)) messages[messages.length - 1] = `${before}\n${line}`;
    else messages.push(line);
  }
  return messages;
};

/** What libbpf warned of, read for what the kernel refused before it saw the program. */
export interface Refusals {
  /** The error number of the BTF load, or null if the kernel took the BTF. */
  readonly btf: number | null;
  /** The error number of the first map that was refused as it stands. */
  readonly map: number | null;
  readonly btfLog: string;
}

const firstNumber = (text: string, pattern: RegExp): number | null => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Math.abs(Number(found));
};

/** libbpf goes on without BTF, and makes a map without BTF, when the kernel refuses: only its warnings tell. */
export const refusalsOf = (warnings: readonly string[]): Refusals => {
  const text = warnings.join('\n');
  return {
    btf: firstNumber(text, /Error loading \.BTF into kernel: (-?\d+)/),
    map:
      firstNumber(text, /\((-?\d+)\)\. Retrying without BTF/) ??
      firstNumber(text, /map '[^']*': failed to create: .*\((-?\d+)\)/),
    btfLog: /-- BEGIN BTF LOAD LOG ---\n([^]*?)\n?-- END BTF LOAD LOG --/.exec(text)?.[1] ?? '',
  };
};
