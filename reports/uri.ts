/** Text in addresses. */

/** One part of a path; halves of pairs have no place in an address. */
export const uriPart = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));

/** A file as it is named in a report: relative to the folder that was asked in, else absolute. */
export const uriOfFile = (file: string): string => {
  const path = file.split('/').map(uriPart).join('/');
  return file.startsWith('/') ? `file://${path.replace(/^\/+/, '/')}` : path;
};
