/** What a page shows of a command, as a pattern of what it prints. */

const plain = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `[...]` on a line of its own stands for lines that are left out, at the end of one for the rest of it. */
export const asPattern = (output: string): RegExp =>
  new RegExp(
    `^${output
      .split(/^\[\.\.\.\]\n/m)
      .map(part =>
        part
          .split(/\[\.\.\.\]$/m)
          .map(plain)
          .join('.*'),
      )
      .join('(?:.*\\n)*?')}$`,
  );
