/** Where what is claimed was said: the mail of a design or a scenario. */
import type { Report, Result } from './report.js';
import { uriPart } from './uri.js';

/** The archive of the kernel's mailing lists finds a mail by its message-id. */
export const mailLink = (message: string): string =>
  `https://lore.kernel.org/r/${uriPart(message).replaceAll('%40', '@')}`;

/** The mails that these results are about, each with the designs and scenarios that come from it. */
export const mailsOf = (report: Report, results: readonly Result[]): ReadonlyMap<string, readonly string[]> => {
  const mails = new Map<string, Set<string>>();
  const add = (message: string | null | undefined, what: string): void => {
    if (typeof message !== 'string' || message === '') return;
    mails.set(message, (mails.get(message) ?? new Set()).add(what));
  };
  for (const r of results) {
    add(report.designs.find(d => d.id === r.design)?.origin.message, r.design);
    add(r.origin?.message, r.subject);
  }
  return new Map([...mails].map(([message, what]) => [message, [...what]]));
};
